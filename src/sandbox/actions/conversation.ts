import type { Performer } from '../model/app.ts';
import type { IssueComment } from '../model/comment.ts';
import type { GitHub } from '../model/github.ts';
import type { Label, Pull } from '../model/pull.ts';
import { invalid } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';

/** Adds a comment to a pull request's conversation. */
export async function writeComment(
  github: GitHub,
  repository: Repository,
  { user, app }: Performer,
  pull: Pull,
  body: string,
): Promise<IssueComment> {
  checkBody(github, body);
  const comment: IssueComment = {
    id: github.nextId(),
    number: pull.number,
    user,
    body,
    app: app ?? null,
    createdAt: github.now(),
    updatedAt: github.now(),
  };
  repository.comments.push(comment);
  pull.updatedAt = github.now();
  await tell(github, repository, user, comment, 'created');
  return comment;
}

export async function editComment(
  github: GitHub,
  repository: Repository,
  { user }: Performer,
  comment: IssueComment,
  body: string,
): Promise<void> {
  checkBody(github, body);
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = github.now();
  await tell(github, repository, user, comment, 'edited', changes);
}

export async function deleteComment(
  github: GitHub,
  repository: Repository,
  { user }: Performer,
  comment: IssueComment,
): Promise<void> {
  repository.comments.splice(repository.comments.indexOf(comment), 1);
  repository.reactions = repository.reactions.filter(({ subjectId }) => subjectId !== comment.id);
  await tell(github, repository, user, comment, 'deleted');
}

/** Puts labels on a pull request; those that the repository lacks are made. */
export async function labelPull(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const label =
      repository.labels.get(name.toLowerCase()) ?? newLabel(github, repository, { name, description: null });
    if (pull.labels.includes(label)) continue;
    pull.labels.push(label);
    await github.publish({ event: 'pull_request', action: 'labeled', repository, sender, pull, label });
  }
}

/** Makes a label; of a grey that GitHub gives where nobody chose. */
export function newLabel(
  github: GitHub,
  repository: Repository,
  { name, color, description }: { name: string; color?: string | undefined; description: string | null },
): Label {
  const label: Label = { id: github.nextId(), name, color: color ?? 'ededed', description };
  repository.labels.set(name.toLowerCase(), label);
  return label;
}

/** Takes a label off a pull request. */
export async function unlabelPull(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
  label: Label,
): Promise<void> {
  pull.labels = pull.labels.filter((other) => other !== label);
  await github.publish({ event: 'pull_request', action: 'unlabeled', repository, sender, pull, label });
}

function checkBody({ limits }: GitHub, body: string): void {
  const error = { resource: 'IssueComment', field: 'data' };
  if (body.trim() === '') throw invalid({ ...error, code: 'unprocessable', message: 'Body cannot be blank' });
  if (body.length > limits.commentBody)
    throw invalid({
      ...error,
      code: 'unprocessable',
      message: `Body is too long (maximum is ${limits.commentBody} characters)`,
    });
}

async function tell(
  github: GitHub,
  repository: Repository,
  sender: Performer['user'],
  comment: IssueComment,
  action: 'created' | 'edited' | 'deleted',
  changes?: Record<string, unknown>,
): Promise<void> {
  const pull = repository.pulls.get(comment.number);
  if (!pull) throw new Error(`comment ${comment.id} belongs to no pull request`);
  await github.publish({
    event: 'issue_comment',
    action,
    repository,
    sender,
    pull,
    comment,
    ...(changes ? { changes } : {}),
  });
}
