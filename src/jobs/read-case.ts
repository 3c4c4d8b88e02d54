import type { Company } from '../approvals/assessment.ts';
import { ownersOf } from '../approvals/codeowners.ts';
import type { PullCase, Seen } from '../approvals/judgement.ts';
import { readProposal, type Proposal } from '../approvals/proposal.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { liveGrants, pastGrants } from '../database/grants.ts';
import { reviewsOfPull } from '../database/reviews.ts';
import { readDirectory } from '../github/read-people.ts';
import type { Account } from '../github/account.ts';
import type { PullFacts } from '../github/read-pull.ts';
import { Unjudgeable } from '../github/requests-repository.ts';
import { isInForce } from '../grants/grant.ts';
import type { Directory, Person } from '../policies/directory.ts';
import { partiesToLookUp } from '../policies/parties-to-look-up.ts';
import type { Instant } from '../requests/instant.ts';
import type { Parts, Workplace } from './parts.ts';
import { readContributions } from './read-contributions.ts';
import { readAccepted, readLanded, readVersion } from './read-version.ts';

/** What a pull request is judged by. */
export interface Grounds {
  /** The commit of the default branch that it would land on, or landed on. */
  readonly tip: string;
  readonly acceptedSha: string;
  /** The version accepted before that one, where its approvals count as well. */
  readonly approvedUnder?: string | null;
  /** Until when reviews count; the merge, where none is given. */
  readonly reviewsUntil?: Instant;
  /** What landed together with it. */
  readonly company?: Company;
  /** As of when the policy is asked; the merge, where none is given, or now. */
  readonly at?: Instant;
}

/**
 * Reads a pull request as it would land on the tip: by the time of its merge, if it is merged. What was approved after that was not what it was
 * merged on.
 */
export async function readCase(
  parts: Parts,
  workplace: Workplace,
  pull: PullFacts,
  { tip, acceptedSha, approvedUnder = null, reviewsUntil, company, at }: Grounds,
): Promise<PullCase> {
  const { repository, connections } = workplace;
  const now = at ?? pull.mergedAt ?? parts.clock.now();
  const submitted = pull.reviews;
  const [proposal, { signed, ...contributions }, seen, live, history] = await Promise.all([
    readProposed(workplace, pull, tip, acceptedSha),
    readContributions(workplace, pull, tip),
    readSeen(parts, repository.id, pull.number),
    liveGrants(parts.db, repository.id),
    pastGrants(parts.db, repository.id, pull.number),
  ]);
  const accounts = [pull.author, ...submitted.map(({ account }) => account)];
  const directory = await readDirectory(repository, {
    ...namesIn(repository.owner, proposal, accounts),
    secondFactors: asksForSecondFactor(proposal),
  });
  const lastReview = reviewsUntil ?? pull.mergedAt ?? Infinity;
  return {
    headSha: pull.headSha,
    proposal,
    circumstances: {
      directory,
      requester: personBehind(pull.author, directory),
      now,
      connectors: connectorSchemas,
      connections,
      // What has not begun extends nothing: an edit can give it another start.
      runningSince: new Map(
        live
          .filter((grant) => isInForce(grant) && grant.startsAt <= now && grant.expiresAt > now)
          .map(({ key, startsAt }) => [key, startsAt]),
      ),
      history,
      commitsSigned: signed,
      ...(company && { company }),
    },
    contributions,
    fromFork: !pull.sameRepository,
    reviews: submitted
      .filter(({ state, submittedAt }) => state !== 'approved' || submittedAt <= lastReview)
      .map(({ id, account, state, submittedAt }) => ({
        id,
        person: personBehind(account, directory),
        state,
        submittedAt,
      })),
    seen,
    reviewedAt: reviewsUntil ?? pull.mergedAt ?? now,
    approvedUnder,
  };
}

/** What the authors of the reviews of a pull request saw, as far as it was stored. */
export async function readSeen(
  { db }: Pick<Parts, 'db'>,
  repositoryId: number,
  pull: number,
): Promise<PullCase['seen']> {
  const stored = await reviewsOfPull(db, repositoryId, pull);
  return new Map(
    stored.map(({ reviewId, digest, content }): [number, Seen] => [reviewId, { digest, content }]),
  );
}

async function readProposed(
  { git, repository }: Workplace,
  pull: PullFacts,
  tip: string,
  acceptedSha: string,
): Promise<Proposal> {
  const { headSha } = pull;
  const fork = comesFrom(pull, tip) ? tip : await git.mergeBase(tip, headSha);
  if (fork === null)
    throw new Unjudgeable(
      `The head of this pull request has no commit in common with the branch ${repository.branch}: make the change on a branch of it.`,
    );
  const [base, head, now, accepted] = await Promise.all([
    readVersion(git, fork),
    readVersion(git, headSha),
    readVersion(git, tip),
    readAccepted(git, acceptedSha),
  ]);
  const landed = await readLanded(git, base, head, now);
  return readProposal({ base, head, tip: now, accepted, landed }, connectorSchemas);
}

/** Whether the commits of a pull request lead back from its head to this one: then that is where the histories parted. */
function comesFrom({ commits, headSha }: PullFacts, tip: string): boolean {
  const parents = new Map((commits ?? []).map((commit) => [commit.sha, commit.parents]));
  const ancestors = new Set([headSha]);
  for (const sha of ancestors) for (const parent of parents.get(sha) ?? []) ancestors.add(parent);
  return ancestors.has(tip);
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
