import { evaluateApprovals, type ApprovalState } from '../approvals/approval.ts';
import { assess, type Assessment } from '../approvals/assessment.ts';
import { ownersOf } from '../approvals/codeowners.ts';
import { contributorsOf, type Contributors } from '../approvals/contributors.ts';
import { readProposal, type AcceptedVersion, type Proposal, type Version } from '../approvals/proposal.ts';
import type { Review } from '../approvals/reviews.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { reviewsOfPull } from '../database/reviews.ts';
import type { GitReader } from '../github/git-objects.ts';
import { readDirectory } from '../github/read-people.ts';
import {
  readCommits,
  readPushers,
  readReviews,
  type Account,
  type PullCommit,
  type PullFacts,
} from '../github/read-pull.ts';
import type { Directory, Person } from '../policies/directory.ts';
import { partiesToLookUp } from '../policies/parties-to-look-up.ts';
import { isControlFile, isRequestsFile } from '../requests/requests-paths.ts';
import type { Parts, Workplace } from './parts.ts';

/** A pull request, judged by the policy and by its reviews as of one moment. */
export interface JudgedPull {
  readonly proposal: Proposal;
  readonly assessment: Assessment;
  readonly approval: ApprovalState;
}

/** Reads everything about a pull request that a decision needs, as it would land on this tip, and decides. */
export async function judgePull(
  parts: Parts,
  workplace: Workplace,
  pull: PullFacts,
  tip: string,
  acceptedSha: string,
): Promise<JudgedPull> {
  const { repository, git, connections } = workplace;
  const [base, head, now, accepted] = await Promise.all([
    git.mergeBase(tip, pull.headSha).then((sha) => readVersion(git, sha)),
    readVersion(git, pull.headSha),
    readVersion(git, tip),
    readAccepted(git, acceptedSha),
  ]);
  const proposal = readProposal({ base, head, tip: now, accepted }, connectorSchemas);
  const [commits, pushers, submitted, stored] = await Promise.all([
    readCommits(repository, pull.number),
    // Of a fork's branch nobody can say who pushed to it.
    pull.sameRepository ? readPushers(repository, pull.headRef) : [null],
    readReviews(repository, pull.number),
    reviewsOfPull(parts.db, repository.id, pull.number),
  ]);
  const directory = await readDirectory(
    repository,
    namesIn(repository.owner, proposal, [pull.author, ...submitted.map(({ account }) => account)]),
  );
  const instant = parts.clock.now();
  const assessment = assess(proposal, {
    directory,
    requester: personBehind(pull.author, directory),
    now: instant,
    connectors: connectorSchemas,
    connections,
  });
  const seen = new Map(stored.map(({ reviewId, digest }) => [reviewId, digest]));
  const reviews = submitted.map(({ id, account, state, submittedAt }): Review => ({
    id,
    person: personBehind(account, directory),
    state,
    submittedAt,
    digest: seen.get(id) ?? null,
  }));
  const approval = evaluateApprovals({
    requirements: assessment.requirements,
    reviews,
    contributors: contributors(pull, commits, pushers, assessment, directory),
    digest: assessment.digest,
    directory,
    now: instant,
    validFor: proposal.policies.settings.approvalValidFor,
  });
  return { proposal, assessment, approval };
}

export async function readVersion(git: GitReader, sha: string): Promise<Version> {
  const files = await git.tree(sha);
  return { files, requests: await git.files(files, isRequestsFile) };
}

export async function readAccepted(git: GitReader, sha: string): Promise<AcceptedVersion> {
  return { sha, files: await git.files(await git.tree(sha), isControlFile) };
}

/** Everybody whom the decision will ask about: those who acted, and those whom policies and CODEOWNERS name for what changes. */
function namesIn(
  organization: string,
  { policies, changes, codeowners }: Proposal,
  accounts: readonly Account[],
) {
  const { people, teams } = partiesToLookUp(policies, changes, organization);
  const paths = changes.flatMap((change) => {
    const entry = change.kind === 'removed' ? change.before : change.after;
    const policyFile = policies.resources.get(entry.resource)?.file;
    return policyFile === undefined ? [entry.file] : [entry.file, policyFile];
  });
  const owners = paths.flatMap((path) => (codeowners && ownersOf(codeowners, path)?.owners) ?? []);
  const names = owners.map((owner) => owner.replace(/^@/, ''));
  return {
    people: [
      ...people,
      ...names.filter((name) => !name.includes('/')),
      ...accounts.map(({ login }) => login),
    ],
    teams: [...teams, ...names.filter((name) => name.includes('/'))],
  };
}

/** The person with this account's id; whoever has taken over its login since is somebody else, and of this one nothing is known. */
function personBehind({ id, login, bot }: Account, directory: Directory): Person {
  const person = directory.people.get(login.toLowerCase());
  return person?.id === id ? person : { id, login, bot, member: false, canWrite: false };
}

function contributors(
  pull: PullFacts,
  commits: readonly PullCommit[],
  pushers: readonly (Account | null)[],
  { changes }: Assessment,
  directory: Directory,
): Contributors {
  const signatures = commits.flatMap(({ author, committer }) => [author, committer]);
  return contributorsOf({
    author: pull.author,
    // Whether a merge added nothing of its own can't be asked of GitHub, so whoever merged the base counts as a contributor.
    commits: commits.map((commit) => ({ ...commit, cleanMerge: false })),
    accounts: new Map(
      signatures.flatMap(({ email, account }) => (account ? [[email.toLowerCase(), account.id]] : [])),
    ),
    pushers,
    principals: changes.flatMap(({ after }) => after?.principal ?? []),
    directory,
  });
}
