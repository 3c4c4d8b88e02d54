import type { Commit, NewCommit } from '../git/commit.ts';
import { mergeTrees, rebase, standIn } from '../git/merge.ts';
import type { Performer } from '../model/app.ts';
import { headRepository, type GitHub } from '../model/github.ts';
import { pullCommits } from '../model/pull-changes.ts';
import { entryOf } from '../model/merge-queue.ts';
import type { MergeOptions } from '../model/merge-options.ts';
import type { Pull } from '../model/pull.ts';
import { Refusal } from '../model/refusal.ts';
import { mergeViolations, refusalText } from '../model/rules.ts';
import { signatureOf } from '../model/signatures.ts';
import type { Repository } from '../model/repository.ts';
import { stackOf } from '../model/stack.ts';
import { writeSigned } from './commits.ts';
import { land } from './landing.ts';

/** Merges a pull request for real. Refused with 405 (not mergeable, rules unmet) or 409 (the head has moved). The commit's SHA. */
export async function mergePull(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
  options: MergeOptions,
): Promise<string> {
  if (stackOf(repository, pull))
    throw new Refusal(
      403,
      'This pull request is part of a stack and must be merged using the asynchronous merge REST API.',
    );
  if (pull.state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (options.sha !== undefined && options.sha !== pull.head.sha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (entryOf(repository, pull)) throw new Refusal(405, 'Pull Request is in the merge queue');
  const refusal = refusalText(await mergeViolations(repository, performer, pull, options.method));
  if (refusal !== undefined)
    throw new Refusal(405, refusal, {
      documentation: 'https://docs.github.com/articles/about-protected-branches',
    });
  const before = await repository.git.commitSha(`refs/heads/${pull.base.ref}`);
  const after = before && (await mergeCommit(github, repository, performer, pull, before, options));
  if (!before || !after) throw new Refusal(405, 'Pull Request is not mergeable');
  await land(github, repository, performer, pull.base.ref, [{ pull, sha: after }], 'pr_merge');
  return after;
}

/** Writes what a base becomes by a merge; undefined on a conflict. `below`: the head that this one stands on, whose changes the base has already. */
export async function mergeCommit(
  github: GitHub,
  repository: Repository,
  { user }: Performer,
  pull: Pull,
  base: string,
  options: MergeOptions & { below?: string },
): Promise<string | undefined> {
  const { git } = repository;
  const head = pull.head.sha;
  const { method, below } = options;
  if (method === 'rebase') return rebase(git, base, head, signatureOf(user, github.now()), below);
  const ours = method === 'squash' && below ? await standIn(git, base, below) : base;
  const tree = await mergeTrees(git, ours, head);
  if (tree === undefined) return undefined;
  const commit: NewCommit = {
    tree,
    parents: options.method === 'squash' ? [base] : [base, head],
    author: signatureOf(options.method === 'squash' ? pull.author : user, github.now()),
    committer: signatureOf(github.webFlow, github.now()),
    message: await mergeMessage(github, repository, pull, options),
  };
  return writeSigned(github, repository, commit);
}

async function mergeMessage(
  github: GitHub,
  repository: Repository,
  pull: Pull,
  options: MergeOptions,
): Promise<string> {
  const text = (title: string, message: string) =>
    [options.title ?? title, options.message ?? message].filter((part) => part !== '').join('\n\n');
  if (options.method === 'merge')
    return text(
      `Merge pull request #${pull.number} from ${headRepository(github, pull).owner.login}/${pull.head.ref}`,
      pull.title,
    );
  const shas = await pullCommits(repository, pull);
  const commits = await Promise.all(shas.map((sha) => repository.git.commit(sha)));
  const messages = commits.map(({ message }) => message);
  const [only = '', another] = messages;
  const [subject = '', ...body] = only.split('\n');
  const written =
    another === undefined
      ? text(`${subject} (#${pull.number})`, body.join('\n').trim())
      : text(`${pull.title} (#${pull.number})`, messages.map((message) => `* ${message}`).join('\n\n'));
  return [written, ...coAuthors(pull, commits)].join('\n\n');
}

/** Everybody else who wrote a commit, as the trailers that keep their share when it becomes the author's. */
function coAuthors(pull: Pull, commits: readonly Commit[]): string[] {
  const author = signatureOf(pull.author, pull.createdAt).email;
  const others = commits
    .filter((commit) => commit.author.email !== author)
    .map((commit) => `Co-authored-by: ${commit.author.name} <${commit.author.email}>`);
  return others.length === 0 ? [] : [[...new Set(others)].join('\n')];
}
