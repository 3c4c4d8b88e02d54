import type { Company } from '../approvals/assessment.ts';
import { changedControlFiles } from '../approvals/control-files.ts';
import { faultsOf, type MergeGroup } from '../approvals/merge-group.ts';
import { entriesOf, readProposal, type Proposal } from '../approvals/proposal.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { repositoryById } from '../database/repositories.ts';
import { publishChecks, readRuns } from '../github/check-runs.ts';
import { readCommitsBetween } from '../github/read-branch.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { readQueue, type QueuedGroup } from '../github/read-queue.ts';
import { Unjudgeable } from '../github/requests-repository.ts';
import type { CheckText } from '../messages/check-text.ts';
import { groupChecks, unjudgeableGroup } from '../messages/group-checks.ts';
import type { CheckedPull } from '../messages/shared-checks.ts';
import { undecidedChecks } from '../messages/undecided-checks.ts';
import { changeSet } from '../requests/change-set.ts';
import { checksOf, ownChecks } from './evaluate-pull.ts';
import { judgePull } from './judge-pull.ts';
import type { Parts, Workplace } from './parts.ts';
import type { Grounds } from './read-case.ts';
import type { Standing } from './read-step.ts';
import { readAccepted, readLanded, readVersion } from './read-version.ts';
import type { Tasks } from './tasks.ts';

/**
 * Evaluates a group of the merge queue: all the pull requests that would land with it, each as it would land there. Its two checks stand on the
 * commit that the branch would move to.
 */
export async function evaluateGroupTask(
  parts: Parts,
  { repositoryId, branch }: Tasks['evaluate-group'],
): Promise<void> {
  const workplace = await parts.workplace(repositoryId);
  const queue = await readQueue(workplace.repository);
  const group = queue.find((each) => each.branch === branch);
  // One that landed, or that the queue dropped, waits for nothing.
  if (!group) return;
  const { repository } = workplace;
  const checks = await checksOn(parts, workplace, group, queue);
  const runs = await readRuns(repository, group.headSha);
  await publishChecks(repository, group.headSha, checks, runs, parts.clock.now());
}

async function checksOn(
  parts: Parts,
  workplace: Workplace,
  group: QueuedGroup,
  queue: readonly QueuedGroup[],
): Promise<CheckText[]> {
  const { branch } = workplace.repository;
  const stored = await repositoryById(parts.db, workplace.binding.id);
  if (!stored?.headSha || !stored.acceptedSha) return undecidedChecks({ kind: 'nothing-accepted', branch });
  const standing = { ...stored, headSha: stored.headSha, acceptedSha: stored.acceptedSha };
  try {
    const base = await baseOf(workplace, group);
    // It landed just now, and its branch is about to go.
    if (base === group.headSha) return [];
    const pulls = await readPulls(workplace, base, group, queue);
    const read = await readGroup(workplace, standing, base, group);
    const grounds = { tip: base, acceptedSha: stored.acceptedSha, company: read.company };
    const evaluated = await Promise.all(
      pulls.map((pull) => evaluate(parts, workplace, pull, { grounds, holding: read.holding })),
    );
    const proposals = evaluated.flatMap(({ proposal }) => proposal ?? []);
    // Where one cannot be judged, that is what to say, and nobody knows what it brings.
    const faults =
      proposals.length === pulls.length
        ? faultsOf(read.group, proposals)
        : { strayFiles: [], violations: [] };
    return groupChecks(evaluated, faults);
  } catch (error) {
    if (error instanceof Unjudgeable) return unjudgeableGroup(error.message);
    throw error;
  }
}

/** The commit of the default branch that the group was built on. */
async function baseOf({ git, repository }: Workplace, { headSha }: QueuedGroup): Promise<string> {
  const tip = await git.tip(repository.branch);
  if (tip === null) throw new Error(`the branch ${repository.branch} is gone`);
  const base = await git.mergeBase(tip, headSha);
  if (base === null)
    throw new Unjudgeable(`This group has no commit in common with the branch ${repository.branch}.`);
  return base;
}

/**
 * The pull requests that a group lands: its own, and those of the groups that it was built on. Each must still be open: who lands at this moment
 * leaves the group to be looked at again.
 */
async function readPulls(
  { repository }: Workplace,
  base: string,
  group: QueuedGroup,
  queue: readonly QueuedGroup[],
): Promise<PullFacts[]> {
  const gained = new Set(await readCommitsBetween(repository, base, group.headSha));
  const numbers = queue.filter(({ headSha }) => gained.has(headSha)).map(({ pull }) => pull);
  return Promise.all(
    [...new Set([...numbers, group.pull])].map(async (number) => {
      const pull = await readPull(repository, number);
      if (pull?.mergedAt) throw new Error(`pull request ${number} of a group was merged: look again`);
      if (pull?.open && pull.baseRef === repository.branch) return pull;
      throw new Unjudgeable(
        `#${number}, which this group would land, is no open pull request into ${repository.branch}.`,
      );
    }),
  );
}

/** What a group holds, read as one proposal, and what its pull requests are judged beside. */
interface ReadGroup {
  readonly group: MergeGroup;
  readonly company: Company;
  /** Whether the branch below it holds policies that nobody accepted. */
  readonly holding: boolean;
}

async function readGroup(
  { git }: Workplace,
  { headSha, acceptedSha }: Standing,
  base: string,
  { headSha: groupSha }: QueuedGroup,
): Promise<ReadGroup> {
  const [decided, was, is, accepted, acceptedTree] = await Promise.all([
    readVersion(git, headSha),
    readVersion(git, base),
    readVersion(git, groupSha),
    readAccepted(git, acceptedSha),
    git.tree(acceptedSha),
  ]);
  const landed = await readLanded(git, was, is, was);
  const proposal = readProposal({ base: was, head: is, tip: was, accepted, landed }, connectorSchemas);
  const { policies, standing } = proposal;
  // What landed just before and was not decided on yet counts as if it landed together with it.
  const changes = changeSet(entriesOf(decided, policies).entries, standing);
  const asked = changes.flatMap((change) => (change.kind === 'removed' ? [] : [change.after]));
  return {
    group: { ...proposal, files: is.files },
    company: { asked, standing },
    holding: changedControlFiles(acceptedTree, was.files).length > 0,
  };
}

interface EvaluatedMember extends CheckedPull {
  /** `null` where it cannot be judged. */
  readonly proposal: Proposal | null;
}

async function evaluate(
  parts: Parts,
  workplace: Workplace,
  pull: PullFacts,
  under: { readonly grounds: Grounds; readonly holding: boolean },
): Promise<EvaluatedMember> {
  const { number } = pull;
  try {
    const judged = await judgePull(parts, workplace, pull, under.grounds);
    const own = (await ownChecks(parts, workplace, pull)) ?? [];
    const checks = own.length > 0 ? own : checksOf(parts, judged, under.holding);
    return { number, checks, proposal: judged.proposal };
  } catch (error) {
    if (!(error instanceof Unjudgeable)) throw error;
    return {
      number,
      checks: undecidedChecks({ kind: 'unjudgeable', message: error.message }),
      proposal: null,
    };
  }
}
