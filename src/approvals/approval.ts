import type { Directory, Person } from '../policies/directory.ts';
import { candidates, mayMeet } from './eligibility.ts';
import { fulfil, outOfReach, type Filling } from './fulfilment.ts';
import type { Requirement } from './requirements.ts';
import {
  standingReviews,
  whyNobody,
  whyNoSay,
  whyNotCounting,
  type Question,
  type Review,
} from './reviews.ts';

export interface RequirementState {
  readonly requirement: Requirement;
  readonly met: boolean;
  /** Whose approvals meet it, or would with more of them. */
  readonly by: readonly Person[];
  /** Who could still, by account id: no contributors, no bots, nobody whose approval counts already. */
  readonly canApprove: readonly Person[];
  /** Why nobody can meet it, one sentence; `null` where somebody can or it is met. */
  readonly impossible: string | null;
}

/** A review and the person who gave it. */
export interface ReviewOf {
  readonly reviewId: number;
  readonly login: string;
}

/** A review that changes nothing, and why: the rest of a sentence that begins with the login. */
export interface NotCounting extends ReviewOf {
  readonly reason: string;
}

export interface ApprovalState {
  /** Every requirement is met and nobody who could meet one requests changes. */
  readonly approved: boolean;
  readonly state: 'approved' | 'waiting' | 'vetoed' | 'impossible';
  readonly requirements: readonly RequirementState[];
  /** The approvals that count, oldest first. */
  readonly counting: readonly Review[];
  readonly notCounting: readonly NotCounting[];
  readonly vetoes: readonly ReviewOf[];
}

export interface Approvals extends Question {
  readonly reviews: readonly Review[];
}

/** What the reviews amount to (design, section 3: invariants 3, 4 and 5), whatever order they come in. */
export function evaluateApprovals(approvals: Approvals): ApprovalState {
  const { reviews, requirements, directory } = approvals;
  const standing = standingReviews(reviews).map((review) => judge(review, approvals));
  const valid = standing.flatMap(({ review, verdict }) => (verdict === 'valid' ? [review] : []));
  const vetoes = standing.flatMap(({ review, verdict }) => (verdict === 'veto' ? [reviewOf(review)] : []));

  const fillings = fulfil(requirements, valid, (requirement, { person }) =>
    mayMeet(requirement, person, directory),
  );
  const counting = new Set([...fillings.values()].flatMap(({ by }) => by));
  // An approval that is in no requirement but came too early for none is one more than it takes.
  const tooEarly = (review: Review) =>
    !counting.has(review) && [...fillings.values()].some(({ met, early }) => !met && early.includes(review));
  const unreachable = outOfReachOf(approvals);
  const states = requirements.map((requirement): RequirementState => {
    const { met, by, early } = fillings.get(requirement) as Filling<Review>;
    const impossible = met ? null : (unreachable.get(requirement) ?? null);
    const done = [...counting].filter((review) => !early.includes(review));
    return {
      requirement,
      met,
      by: by.map(({ person }) => person),
      canApprove: met || impossible !== null ? [] : whoCanStill(requirement, done, approvals),
      impossible,
    };
  });
  const state = overall(states, vetoes);
  return {
    approved: state === 'approved',
    state,
    requirements: states,
    counting: valid.filter((review) => !tooEarly(review)),
    notCounting: standing.flatMap(({ review, verdict }) => {
      if (typeof verdict === 'object') return [{ ...reviewOf(review), reason: verdict.reason }];
      return verdict === 'valid' && tooEarly(review) ? [{ ...reviewOf(review), reason: whyTooEarly }] : [];
    }),
    vetoes,
  };
}

const whyTooEarly = 'approved before those who must approve first: it takes a new approval once they have';

interface Judged {
  readonly review: Review;
  readonly verdict: 'valid' | 'veto' | { readonly reason: string };
}

function judge(review: Review, question: Question): Judged {
  if (review.state !== 'changes_requested') {
    const reason = whyNotCounting(review, question);
    return { review, verdict: reason === undefined ? 'valid' : { reason } };
  }
  const noSay = whyNoSay(review.person, question);
  const verdict = noSay === undefined ? 'veto' : { reason: `${noSay}: the changes requested do not block` };
  return { review, verdict };
}

function overall(states: readonly RequirementState[], vetoes: readonly ReviewOf[]): ApprovalState['state'] {
  if (states.some(({ impossible }) => impossible !== null)) return 'impossible';
  if (vetoes.length > 0) return 'vetoed';
  return states.every(({ met }) => met) ? 'approved' : 'waiting';
}

/** Which requirements nobody can meet, and why. */
function outOfReachOf({ requirements, contributors, directory }: Question): ReadonlyMap<Requirement, string> {
  const nobody = whyNobody(contributors);
  if (nobody) return new Map(requirements.map((requirement) => [requirement, nobody]));
  const able = new Map<Requirement, ReadonlySet<number>>();
  for (const requirement of requirements) {
    const ids = candidates(requirement, directory);
    if (ids !== 'everyone') able.set(requirement, ids);
  }
  const people = new Set([...able.values()].flatMap((ids) => Array.from(ids)));
  const others = [...people].filter((id) => !contributors.people.has(id));
  const short = outOfReach(
    [...able.keys()],
    others,
    (requirement, id) => able.get(requirement)?.has(id) ?? false,
  );
  return new Map([...short].map((requirement) => [requirement, whyShort(requirement)]));
}

function whyShort({ parties, count, rules }: Requirement): string {
  if (parties.length === 0) return `nobody owns ${rules.map(({ subject }) => subject).join(', ')}`;
  const needed = count === 1 ? 'nobody' : `fewer than ${count}`;
  return `${needed} of ${parties.join(', ')} can approve: the others contributed, would gain by it, are needed elsewhere or are not able to`;
}

function whoCanStill(
  requirement: Requirement,
  done: readonly Review[],
  { directory, contributors }: Question,
): Person[] {
  const approved = new Set(done.map(({ person }) => person.id));
  return everybody(directory)
    .filter(
      (person) =>
        !contributors.people.has(person.id) &&
        !approved.has(person.id) &&
        mayMeet(requirement, person, directory),
    )
    .toSorted((a, b) => a.id - b.id);
}

/** Everybody whom the directory knows, by themselves or as a member of a team. */
function everybody({ people, teams }: Directory): Person[] {
  const members = [...teams.values()].flatMap((team) =>
    [...(team?.logins ?? [])].map(([id, login]): Person => {
      return { id, login, bot: false, member: true, canWrite: team?.canWrite ?? false };
    }),
  );
  const writing = new Set(members.flatMap(({ id, canWrite }) => (canWrite ? [id] : [])));
  const known = [...people.values()].flatMap((person): Person[] =>
    person ? [{ canWrite: writing.has(person.id), ...person }] : [],
  );
  // Of whoever was looked up more is known than that they are in a team; and one team may write where another may not.
  const able = members.toSorted((a, b) => Number(a.canWrite) - Number(b.canWrite));
  return [...new Map([...able, ...known].map((person) => [person.id, person])).values()];
}

function reviewOf({ id, person }: Review): ReviewOf {
  return { reviewId: id, login: person.login };
}
