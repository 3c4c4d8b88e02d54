import type { Directory, Person } from '../policies/directory.ts';
import { formatDuration, type Minutes } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';
import type { Contributors } from './contributors.ts';
import type { Digest, DigestInput } from './digest.ts';
import { mayMeet } from './eligibility.ts';
import type { Requirement } from './requirements.ts';
import { whatChanged } from './what-changed.ts';

export interface Review {
  readonly id: number;
  readonly person: Person;
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  readonly submittedAt: Instant;
  /** What the reviewer saw, stored when the review arrived; `null` where it was not seen in time. */
  readonly digest: Digest | null;
  /** What that is the digest of, to say what changed since; nothing is decided by it. */
  readonly content: DigestInput | null;
}

/** Against what a review is held. */
export interface Question {
  readonly requirements: readonly Requirement[];
  readonly contributors: Contributors;
  /** Of the head as it is; `null` while it is open what would be granted. */
  readonly digest: Digest | null;
  /** What that is the digest of. */
  readonly content: DigestInput | null;
  readonly directory: Directory;
  readonly now: Instant;
  /** For how long an approval counts. */
  readonly validFor: Minutes;
}

/** The latest decisive review of each person, oldest first. A comment decides nothing; a dismissal takes its word back and revives none. */
export function standingReviews(reviews: readonly Review[]): Review[] {
  const inOrder = reviews
    .filter(({ state }) => state !== 'commented')
    .toSorted((a, b) => a.submittedAt - b.submittedAt || a.id - b.id);
  const latest = new Map(inOrder.map((review) => [review.person.id, review]));
  return inOrder.filter((review) => latest.get(review.person.id) === review);
}

/** Why a person has no say at all, as the rest of a sentence about them; `undefined` where they have. */
export function whyNoSay(person: Person, { requirements, directory }: Question): string | undefined {
  const mayMeetAny = (candidate: Person) =>
    requirements.some((requirement) => mayMeet(requirement, candidate, directory));
  if (person.bot) return 'is a bot, and bots approve nothing';
  if (!person.member) return `is not an active member of ${directory.organization}`;
  if (mayMeetAny(person)) return undefined;
  return mayMeetAny({ ...person, canWrite: true })
    ? 'is named as an owner but may not write to this repository, so owns nothing'
    : 'owns none of the files and is in no group that the policy names';
}

/** Why a standing review does not count as an approval, as the rest of a sentence about its author; `undefined` where it does. */
export function whyNotCounting(review: Review, question: Question): string | undefined {
  const { contributors, digest, now, validFor } = question;
  const { person } = review;
  const contribution = contributors.people.get(person.id);
  if (contribution !== undefined && !person.bot) return `${contribution}, so cannot also approve it`;
  const noSay = whyNoSay(person, question);
  if (noSay) return noSay;
  if (review.state === 'dismissed') return 'gave a review that was dismissed';
  if (review.digest === null)
    return 'approved content that was not recorded in time: it takes a new approval';
  if (digest === null) return 'approved while it is open what would be granted';
  if (review.digest !== digest) return whyVoid(review, question);
  if (now >= review.submittedAt + validFor * 60_000)
    return `approved more than ${formatDuration(validFor)} ago: it takes a new approval`;
  const nobody = whyNobody(contributors);
  return nobody && `approved, but ${nobody}`;
}

function whyVoid({ content: seen }: Review, { content: now }: Question): string {
  const changes = seen && now ? whatChanged(seen, now) : [];
  return changes.length > 0
    ? `approved other content: it takes a new approval, since this changed: ${changes.join('; ')}`
    : 'approved other content: what is asked has changed since, and takes a new approval';
}

/** Why nobody's approval counts, whoever they are; `undefined` where everybody who contributed is known. */
export function whyNobody({ unknown }: Contributors): string | undefined {
  if (unknown.length === 0) return undefined;
  const reasons = [...new Set(unknown.map(({ reason }) => reason))].join('; ');
  return `nobody's approval counts while it is unknown who contributed: ${reasons}`;
}
