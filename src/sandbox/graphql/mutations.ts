import { disableAutoMerge, enableAutoMerge } from '../actions/auto-merge.ts';
import { commitOnBranch } from '../actions/commit-on-branch.ts';
import { writeComment } from '../actions/conversation.ts';
import { convertToDraft, markReady } from '../actions/drafts.ts';
import { dequeue, enqueue } from '../actions/merge-queue.ts';
import { mergePull } from '../actions/merges.ts';
import { editPull, openPull } from '../actions/pull-requests.ts';
import { submitReview, type NewReview } from '../actions/reviews.ts';
import type { Performer } from '../model/app.ts';
import { mayWrite, refused, seenRepository, unheeded, type Asker } from './asker.ts';
import { commentSource } from './conversation-fields.ts';
import { branchOf, pullOf, repositoryOf } from './nodes.ts';
import {
  actorSource,
  commitSource,
  entrySource,
  pullSource,
  type Fields,
  type PullSource,
} from './sources.ts';

/** What every mutation may be given, to find its answer again. */
interface Tagged {
  clientMutationId?: string | null;
}
type OnPull = Tagged & { pullRequestId: string };
type MergeInput = OnPull & {
  mergeMethod: 'MERGE' | 'SQUASH' | 'REBASE';
  commitHeadline?: string | null;
  commitBody?: string | null;
  expectedHeadOid?: string | null;
  authorEmail?: string | null;
};

const tag = ({ clientMutationId }: Tagged) => ({ clientMutationId: clientMutationId ?? null });
const methodOf = ({ mergeMethod }: MergeInput) => mergeMethod.toLowerCase() as 'merge' | 'squash' | 'rebase';

/** The pull request of a mutation, and who changes it. */
function onPull(
  asker: Asker,
  mutation: string,
  id: string,
  need: { permission?: string; byAuthor?: boolean } = {},
): PullSource & { performer: Performer } {
  const source = pullOf(asker, id);
  const { permission = 'pull_requests', byAuthor = false } = need;
  const author = byAuthor ? { author: source.pull.author } : {};
  return { ...source, performer: mayWrite(asker, source.repository, { mutation, permission, ...author }) };
}

export const mutationFields = {
  async createCommitOnBranch(_root, { input }: { input: CommitInput }, asker) {
    const { repository, branch } = branchNamed(asker, input.branch);
    const performer = mayWrite(asker, repository, {
      mutation: 'createCommitOnBranch',
      permission: 'contents',
    });
    const { headline, body } = input.message;
    const tip = await repository.git.commitSha(`refs/heads/${branch}`);
    if (tip !== undefined && tip !== input.expectedHeadOid)
      throw refused(
        'STALE_DATA',
        `Expected branch to point to "${input.expectedHeadOid}" but it did not.  Pull and try again.`,
      );
    const sha = await commitOnBranch(asker.github, repository, performer, {
      branch,
      message: body ? `${headline}\n\n${body}` : headline,
      additions: (input.fileChanges?.additions ?? []).map(({ path, contents }) => ({
        path,
        contents: decoded(contents),
      })),
      deletions: input.fileChanges?.deletions ?? [],
    });
    const ref = { __typename: 'Ref', repository, ref: `refs/heads/${branch}`, sha };
    return { ...tag(input), commit: commitSource(repository, sha), ref };
  },

  async createPullRequest(_root, { input }: { input: NewPullInput }, asker) {
    unheeded({ headRepositoryId: input.headRepositoryId }, 'headRepositoryId');
    const { repository } = repositoryOf(asker, input.repositoryId);
    const need = { mutation: 'createPullRequest', permission: 'pull_requests', level: 'read' } as const;
    const pull = await openPull(asker.github, repository, mayWrite(asker, repository, need), {
      title: input.title,
      body: input.body ?? null,
      head: input.headRefName,
      base: input.baseRefName.replace(/^refs\/heads\//, ''),
      draft: input.draft ?? false,
      maintainerCanModify: input.maintainerCanModify ?? true,
    });
    return { ...tag(input), pullRequest: pullSource(repository, pull) };
  },
  closePullRequest: (_root, { input }: { input: OnPull }, asker) =>
    setState(asker, 'closePullRequest', input, 'closed'),
  reopenPullRequest: (_root, { input }: { input: OnPull }, asker) =>
    setState(asker, 'reopenPullRequest', input, 'open'),
  async updatePullRequest(_root, { input }: { input: UpdateInput }, asker) {
    const unknown = Object.keys(input).filter((name) => !UPDATED.has(name));
    unheeded(input, ...unknown);
    const source = onPull(asker, 'updatePullRequest', input.pullRequestId, { byAuthor: true });
    await editPull(asker.github, source.repository, source.performer, source.pull, {
      title: input.title ?? undefined,
      body: input.body ?? undefined,
      base: input.baseRefName ?? undefined,
      state: input.state === undefined || input.state === null ? undefined : STATES[input.state],
      maintainerCanModify: input.maintainerCanModify ?? undefined,
    });
    return { ...tag(input), actor: actorSource(source.performer.user), pullRequest: source };
  },
  async addComment(_root, { input }: { input: Tagged & { subjectId: string; body: string } }, asker) {
    const { repository, pull } = pullOf(asker, input.subjectId);
    const need = { mutation: 'addComment', permission: 'pull_requests', level: 'read' } as const;
    const performer = mayWrite(asker, repository, need);
    const comment = await writeComment(asker.github, repository, performer, pull, input.body);
    return { ...tag(input), commentEdge: { node: commentSource(repository, comment) } };
  },
  async addPullRequestReview(_root, { input }: { input: ReviewInput }, asker) {
    unheeded(
      { ...input, comments: emptied(input.comments), threads: emptied(input.threads) },
      'comments',
      'threads',
    );
    const { repository, pull } = pullOf(asker, input.pullRequestId);
    const need = { mutation: 'addPullRequestReview', permission: 'pull_requests', level: 'read' } as const;
    const performer = mayWrite(asker, repository, need);
    const { event, body, commitOID } = input;
    if (!event || event === 'DISMISS') throw refused('UNPROCESSABLE', 'The sandbox has no pending reviews');
    const review = await submitReview(asker.github, repository, performer, pull, {
      event,
      body: body ?? undefined,
      commitId: commitOID ?? undefined,
    });
    return { ...tag(input), pullRequestReview: { __typename: 'PullRequestReview', repository, review } };
  },

  async mergePullRequest(_root, { input }: { input: MergeInput }, asker) {
    unheeded({ authorEmail: input.authorEmail }, 'authorEmail');
    const source = onPull(asker, 'mergePullRequest', input.pullRequestId, { permission: 'contents' });
    await mergePull(asker.github, source.repository, source.performer, source.pull, {
      method: methodOf(input),
      sha: input.expectedHeadOid ?? undefined,
      title: input.commitHeadline ?? undefined,
      message: input.commitBody ?? undefined,
    });
    return { ...tag(input), actor: actorSource(source.performer.user), pullRequest: source };
  },
  async enablePullRequestAutoMerge(_root, { input }: { input: MergeInput }, asker) {
    unheeded({ authorEmail: input.authorEmail }, 'authorEmail');
    const source = onPull(asker, 'enablePullRequestAutoMerge', input.pullRequestId);
    await enableAutoMerge(asker.github, source.repository, source.performer, source.pull, {
      method: methodOf(input),
      title: input.commitHeadline ?? undefined,
      message: input.commitBody ?? undefined,
      expectedHead: input.expectedHeadOid ?? undefined,
    });
    return { ...tag(input), actor: actorSource(source.performer.user), pullRequest: source };
  },
  async disablePullRequestAutoMerge(_root, { input }: { input: OnPull }, asker) {
    const source = onPull(asker, 'disablePullRequestAutoMerge', input.pullRequestId);
    await disableAutoMerge(asker.github, source.repository, source.performer, source.pull);
    return { ...tag(input), actor: actorSource(source.performer.user), pullRequest: source };
  },

  async enqueuePullRequest(_root, { input }: { input: EnqueueInput }, asker) {
    const source = onPull(asker, 'enqueuePullRequest', input.pullRequestId, { permission: 'contents' });
    const entry = await enqueue(asker.github, source.repository, source.performer, source.pull, {
      expectedHead: input.expectedHeadOid ?? undefined,
      jump: input.jump ?? false,
    });
    return { ...tag(input), mergeQueueEntry: entrySource(source.repository, entry) };
  },
  async dequeuePullRequest(_root, { input }: { input: Tagged & { id: string } }, asker) {
    const source = onPull(asker, 'dequeuePullRequest', input.id, { permission: 'contents', byAuthor: true });
    const entry = await dequeue(asker.github, source.repository, source.performer, source.pull);
    return { ...tag(input), mergeQueueEntry: entrySource(source.repository, entry) };
  },

  async markPullRequestReadyForReview(_root, { input }: { input: OnPull }, asker) {
    const need = { byAuthor: true };
    const source = onPull(asker, 'markPullRequestReadyForReview', input.pullRequestId, need);
    await markReady(asker.github, source.repository, source.performer, source.pull);
    return { ...tag(input), pullRequest: source };
  },
  async convertPullRequestToDraft(_root, { input }: { input: OnPull }, asker) {
    const source = onPull(asker, 'convertPullRequestToDraft', input.pullRequestId, { byAuthor: true });
    await convertToDraft(asker.github, source.repository, source.performer, source.pull);
    return { ...tag(input), pullRequest: source };
  },
} satisfies Fields<unknown>;

type UpdateInput = OnPull & {
  title?: string | null;
  body?: string | null;
  baseRefName?: string | null;
  state?: 'OPEN' | 'CLOSED' | null;
  maintainerCanModify?: boolean | null;
};
const UPDATED = new Set([
  'clientMutationId',
  'pullRequestId',
  'title',
  'body',
  'baseRefName',
  'state',
  'maintainerCanModify',
]);
const STATES = { OPEN: 'open', CLOSED: 'closed' } as const;

type EnqueueInput = OnPull & { expectedHeadOid?: string | null; jump?: boolean | null };
type NewPullInput = Tagged & {
  repositoryId: string;
  headRepositoryId?: string | null;
  baseRefName: string;
  headRefName: string;
  title: string;
  body?: string | null;
  draft?: boolean | null;
  maintainerCanModify?: boolean | null;
};
type ReviewInput = OnPull & {
  event?: NewReview['event'] | 'DISMISS' | null;
  body?: string | null;
  commitOID?: string | null;
  comments?: unknown[] | null;
  threads?: unknown[] | null;
};
type CommitInput = Tagged & {
  branch: { id?: string | null; repositoryNameWithOwner?: string | null; branchName?: string | null };
  expectedHeadOid: string;
  message: { headline: string; body?: string | null };
  fileChanges?: {
    additions?: { path: string; contents: string }[] | null;
    deletions?: { path: string }[] | null;
  } | null;
};

async function setState(asker: Asker, mutation: string, input: OnPull, state: 'open' | 'closed') {
  const source = onPull(asker, mutation, input.pullRequestId, { byAuthor: true });
  await editPull(asker.github, source.repository, source.performer, source.pull, { state });
  return { ...tag(input), pullRequest: source };
}

/** A branch by its own id, or by its name and its repository's. */
function branchNamed(asker: Asker, { id, repositoryNameWithOwner, branchName }: CommitInput['branch']) {
  if (id) {
    const { repository, ref } = branchOf(asker, id);
    return { repository, branch: ref.slice('refs/heads/'.length) };
  }
  if (!repositoryNameWithOwner || !branchName)
    throw refused('UNPROCESSABLE', 'A branch needs an id, or repositoryNameWithOwner and branchName');
  const [owner = '', name = ''] = repositoryNameWithOwner.split('/');
  const repository = seenRepository(asker, owner, name);
  return { repository, branch: branchName.replace(/^refs\/heads\//, '') };
}

function decoded(contents: string): Buffer {
  const bytes = Buffer.from(contents, 'base64');
  const plain = (text: string) => text.replaceAll(/[\s=]/g, '').replaceAll('-', '+').replaceAll('_', '/');
  if (plain(bytes.toString('base64')) !== plain(contents))
    throw refused('UNPROCESSABLE', 'The contents of a file must be base64');
  return bytes;
}

function emptied(list: unknown[] | null | undefined): unknown[] | undefined {
  return list && list.length > 0 ? list : undefined;
}
