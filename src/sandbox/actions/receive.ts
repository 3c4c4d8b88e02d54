import { isRefName } from '../git/history.ts';
import { unpack, type ReceivePack, type ReceiveReport, type RefCommand } from '../git/receive-pack.ts';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import { clashes, isDefaultBranch, moveRef, plannedMove, refusalsOf, type RefMove } from './pushes.ts';

/** Why a ref stays where it is: in the words that git prints in brackets, and in those it shows as `remote: …`. */
interface Declined {
  failure: string;
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
  const check = (command: RefCommand) => declined(repository, performer, command);
  const early = capabilities.includes('atomic') ? await Promise.all(commands.map(check)) : [];
  const spoiled = early.some((reason) => reason !== undefined);
  for (const [index, command] of commands.entries()) {
    const otherwise = spoiled ? { failure: 'atomic push failure', messages: [] } : await check(command);
    const reason = early[index] ?? otherwise;
    report.refs.push(reason ? { ref: command.ref, failure: reason.failure } : { ref: command.ref });
    report.messages.push(...(reason?.messages ?? []));
    if (!reason) await moveRef(github, repository, performer, await moveOf(repository, command));
  }
  return report;
}

async function declined(
  repository: Repository,
  performer: Performer,
  command: RefCommand,
): Promise<Declined | undefined> {
  const failure = await invalidity(repository, command);
  if (failure !== undefined) return { failure, messages: [] };
  const reasons = refusalsOf(repository, performer, await moveOf(repository, command));
  if (reasons.length === 0) return undefined;
  return {
    failure: 'protected branch hook declined',
    messages: [
      `error: GH006: Protected branch update failed for ${command.ref}.`,
      '',
      ...reasons.map((reason) => `- ${reason}`),
    ],
  };
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

function moveOf(repository: Repository, { ref, after }: RefCommand): Promise<RefMove> {
  return plannedMove(repository, ref, after);
}
