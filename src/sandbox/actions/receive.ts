import { isRefName } from '../git/history.ts';
import { unpack, type ReceivePack, type ReceiveReport, type RefCommand } from '../git/receive-pack.ts';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import { fullName, type Repository } from '../model/repository.ts';
import { pushViolations, type Violation } from '../model/rules.ts';
import { clashes, isDefaultBranch, moveRef, plannedMove } from './pushes.ts';

/** What becomes of one ref: `failure` in the words that git prints in brackets, and what it shows as `remote: …`. */
interface Verdict {
  failure?: string;
  messages: string[];
}

/** Takes a push by git: each ref is moved or declined on its own, all or none where the client asked for `atomic`. */
export async function receive(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  { commands, capabilities, pack }: ReceivePack,
): Promise<ReceiveReport> {
  const unpacked = await unpack(repository.git, pack);
  const report: ReceiveReport = { unpack: unpacked, refs: [], messages: [] };
  if (unpacked !== 'ok') {
    report.refs = commands.map(({ ref }) => ({ ref, failure: 'unpacker error' }));
    return report;
  }
  const check = (command: RefCommand) => verdictOn(github, repository, performer, command);
  const early = capabilities.includes('atomic') ? await Promise.all(commands.map(check)) : [];
  const spoiled = early.some(({ failure }) => failure !== undefined);
  for (const [index, command] of commands.entries()) {
    const { ref, after } = command;
    const verdict = spoiled ? spoil(early[index]) : await check(command);
    report.refs.push({ ref, ...(verdict.failure === undefined ? {} : { failure: verdict.failure }) });
    report.messages.push(...verdict.messages);
    if (verdict.failure === undefined)
      await moveRef(github, repository, performer, await plannedMove(repository, ref, after));
  }
  return report;
}

/** All or none: what nothing stands against fails with the rest. */
function spoil(verdict: Verdict | undefined): Verdict {
  return verdict?.failure === undefined ? { failure: 'atomic push failure', messages: [] } : verdict;
}

async function verdictOn(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  command: RefCommand,
): Promise<Verdict> {
  const { ref, after } = command;
  const failure = await invalidity(repository, command);
  if (failure !== undefined) return { failure, messages: [] };
  const violations = await pushViolations(repository, performer, await plannedMove(repository, ref, after));
  const open = violations.filter(({ bypassed }) => !bypassed);
  if (violations.length === 0) return { messages: [] };
  if (open.length === 0)
    return { messages: [`Bypassed rule violations for ${ref}:`, '', ...listed(violations)] };
  if (open.every(({ by }) => by === 'protection'))
    return {
      failure: 'protected branch hook declined',
      messages: [`error: GH006: Protected branch update failed for ${ref}.`, '', ...listed(open)],
    };
  const page = `${github.url}/${fullName(repository)}/rules?ref=${encodeURIComponent(ref)}`;
  return {
    failure: 'push declined due to repository rule violations',
    messages: [
      `error: GH013: Repository rule violations found for ${ref}.`,
      `Review all repository rules at ${page}`,
      '',
      ...listed(open),
    ],
  };
}

function listed(violations: readonly Violation[]): string[] {
  return [...violations.flatMap(({ reasons }) => reasons).map((reason) => `- ${reason}`), ''];
}

/** What git itself would not do, whatever the branch's rules. */
async function invalidity(
  repository: Repository,
  { ref, before, after }: RefCommand,
): Promise<string | undefined> {
  const { git } = repository;
  if (ref.startsWith('refs/pull/')) return 'deny updating a hidden ref';
  if (!ref.startsWith('refs/') || !(await isRefName(git, ref))) return 'funny refname';
  const now = (await git.ref(ref))?.sha ?? null;
  if (now !== before) return 'failed to update ref';
  if (after === null)
    return isDefaultBranch(repository, ref) ? `refusing to delete the current branch: ${ref}` : undefined;
  const object = await git.read(after);
  if (!object) return 'missing necessary objects';
  if (ref.startsWith('refs/heads/') && object.type !== 'commit') return 'cannot update ref';
  if (before === null && (await clashes(repository, ref))) return 'failed to update ref';
  return undefined;
}
