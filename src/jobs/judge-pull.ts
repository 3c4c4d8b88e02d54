import { evaluateApprovals, type ApprovalState } from '../approvals/approval.ts';
import { assess, type Assessment, type Company } from '../approvals/assessment.ts';
import { ownersOf } from '../approvals/codeowners.ts';
import { contributorsOf, type Contributors } from '../approvals/contributors.ts';
import { digestOf, type Digest, type DigestInput } from '../approvals/digest.ts';
import { readProposal, type Proposal } from '../approvals/proposal.ts';
import { explain, type Explanation } from '../approvals/explanation.ts';
import type { Review } from '../approvals/reviews.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { liveGrants, pastGrants } from '../database/grants.ts';
import { reviewsOfPull } from '../database/reviews.ts';
import { readDirectory } from '../github/read-people.ts';
import { readReviews, type Account, type PullFacts } from '../github/read-pull.ts';
import { Unjudgeable } from '../github/requests-repository.ts';
import { isInForce } from '../grants/grant.ts';
import type { Directory, Person } from '../policies/directory.ts';
import { partiesToLookUp } from '../policies/parties-to-look-up.ts';
import type { Instant } from '../requests/instant.ts';
import type { Parts, Workplace } from './parts.ts';
import { readContributions } from './read-contributions.ts';
import { readAccepted, readLanded, readVersion } from './read-version.ts';

/** A pull request, judged by the policy and by its reviews as of one moment. */
export interface JudgedPull {
  readonly proposal: Proposal;
  readonly assessment: Assessment;
  /** What its digest is of; `null` where it has none. */
  readonly content: DigestInput | null;
  readonly approval: ApprovalState;
  readonly explanation: Explanation;
  /** Everybody whom the decision asked about. */
  readonly directory: Directory;
  /** Whether those approved who must review what was granted in an emergency. */
  readonly reviewed: boolean;
}

/** What a pull request is judged by. */
export interface Grounds {
  /** The commit of the default branch that it would land on, or landed on. */
  readonly tip: string;
  readonly acceptedSha: string;
  /** The version accepted before that one, where its approvals count as well: they do while it comes to the very same request. */
  readonly approvedUnder?: string | null;
  /** Until when reviews count; the merge, where none is given. */
  readonly reviewsUntil?: Instant;
  /** What landed together with it. */
  readonly company?: Company;
}

/**
 * Reads everything about a pull request that a decision needs, as it would land on the tip, and decides: by the time of its merge, if it is
 * merged. What was approved after that was not what it was merged on.
 */
export async function judgePull(
  parts: Parts,
  workplace: Workplace,
  pull: PullFacts,
  { tip, acceptedSha, approvedUnder = null, reviewsUntil, company }: Grounds,
): Promise<JudgedPull> {
  const { repository, git, connections } = workplace;
  const fork = await git.mergeBase(tip, pull.headSha);
  if (fork === null)
    throw new Unjudgeable(
      `The head of this pull request has no commit in common with the branch ${repository.branch}: make the change on a branch of it.`,
    );
  const [base, head, now, accepted] = await Promise.all([
    readVersion(git, fork),
    readVersion(git, pull.headSha),
    readVersion(git, tip),
    readAccepted(git, acceptedSha),
  ]);
  const landed = await readLanded(git, base, head, now);
  const proposal = readProposal({ base, head, tip: now, accepted, landed }, connectorSchemas);
  const instant = pull.mergedAt ?? parts.clock.now();
  const reviewedAt = reviewsUntil ?? instant;
  const [contributions, submitted, stored, live, history] = await Promise.all([
    readContributions(workplace, pull, tip),
    readReviews(repository, pull.number),
    reviewsOfPull(parts.db, repository.id, pull.number),
    liveGrants(parts.db, repository.id),
    pastGrants(parts.db, repository.id, pull.number),
  ]);
  const names = namesIn(repository.owner, proposal, [
    pull.author,
    ...submitted.map(({ account }) => account),
  ]);
  const directory = await readDirectory(repository, {
    ...names,
    secondFactors: asksForSecondFactor(proposal),
  });
  const assessment = assess(proposal, {
    directory,
    requester: personBehind(pull.author, directory),
    now: instant,
    connectors: connectorSchemas,
    connections,
    // What has not begun extends nothing: an edit can give it another start.
    runningSince: new Map(
      live
        .filter((grant) => isInForce(grant) && grant.startsAt <= instant && grant.expiresAt > instant)
        .map(({ key, startsAt }) => [key, startsAt]),
    ),
    history,
    commitsSigned: contributions.signed,
    soleContributor: isSole(contributorsOf({ ...contributions, principals: [], directory })),
    ...(company && { company }),
  });
  const content = contentOf(proposal, assessment);
  const former = formerDigest(content, approvedUnder);
  const seen = new Map(stored.map((review) => [review.reviewId, review]));
  const digestSeen = (id: number) => {
    const digest = seen.get(id)?.digest ?? null;
    return digest === former ? assessment.digest : digest;
  };
  const reviews = submitted
    .filter(
      ({ state, submittedAt }) =>
        state !== 'approved' || submittedAt <= (reviewsUntil ?? pull.mergedAt ?? Infinity),
    )
    .map(({ id, account, state, submittedAt }): Review => ({
      id,
      person: personBehind(account, directory),
      state,
      submittedAt,
      digest: digestSeen(id),
      content: seen.get(id)?.content ?? null,
    }));
  const question = {
    reviews,
    contributors: contributorsOf({
      ...contributions,
      principals: assessment.changes.flatMap(({ after }) => after?.principal ?? []),
      directory,
    }),
    digest: assessment.digest,
    content,
    directory,
    now: reviewedAt,
    validFor: proposal.policies.settings.approvalValidFor,
  };
  const { requirements, reviewRequirements } = assessment;
  const approval = evaluateApprovals({ ...question, requirements });
  return {
    proposal,
    assessment,
    content,
    approval,
    explanation: explain({ assessment, approval, headSha: pull.headSha, policyVersion: acceptedSha }),
    directory,
    reviewed: evaluateApprovals({ ...question, requirements: reviewRequirements }).approved,
  };
}

/** Whether nobody but the author had a hand in it. */
function isSole({ people, unknown }: Contributors): boolean {
  return people.size === 1 && unknown.length === 0;
}

function contentOf(
  { policyVersion, otherFiles }: Proposal,
  { changes, digest }: Assessment,
): DigestInput | null {
  return digest === null ? null : { changes, policyVersion, otherFiles };
}

/** The digest of the same request as the version before had it; `undefined` where none counts. */
function formerDigest(content: DigestInput | null, policyVersion: string | null): Digest | undefined {
  return content && policyVersion !== null ? digestOf({ ...content, policyVersion }) : undefined;
}

/** Everybody whom the decision will ask about: those who acted, and those whom policies and CODEOWNERS name for what changes. */
function namesIn(
  organization: string,
  { policies, changes, flawed, codeowners, controlFiles }: Proposal,
  accounts: readonly Account[],
) {
  const { people, teams, closely } = partiesToLookUp(policies, [...changes, ...flawed], organization);
  const paths = changes.flatMap((change) => {
    const entry = change.kind === 'removed' ? change.before : change.after;
    const policyFile = policies.resources.get(entry.resource)?.file;
    return policyFile === undefined ? [entry.file] : [entry.file, policyFile];
  });
  const owners = [...paths, ...controlFiles].flatMap(
    (path) => (codeowners && ownersOf(codeowners, path)?.owners) ?? [],
  );
  const names = owners.map((owner) => owner.replace(/^@/, ''));
  return {
    people: [
      ...people,
      ...names.filter((name) => !name.includes('/')),
      ...accounts.map(({ login }) => login),
    ],
    teams: [...teams, ...names.filter((name) => name.includes('/'))],
    closely: [...closely, ...names],
  };
}

function asksForSecondFactor({ policies, changes }: Proposal): boolean {
  return changes.some((change) => {
    if (change.kind === 'removed') return false;
    const role = policies.resources.get(change.after.resource)?.roles.get(change.after.role);
    return role?.kind === 'open' && role.require.includes('two_factor');
  });
}

/** The person with this account's id; whoever has taken over its login since is somebody else, and of this one nothing is known. */
function personBehind({ id, login, bot }: Account, directory: Directory): Person {
  const person = directory.people.get(login.toLowerCase());
  return person?.id === id ? person : { id, login, bot, member: false, canWrite: false };
}
