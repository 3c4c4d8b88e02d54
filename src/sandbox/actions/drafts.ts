import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { requestOwners } from './pull-requests.ts';

/** A draft asks for reviews from now on; its code owners are asked. */
export async function markReady(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
): Promise<void> {
  await setDraft(github, repository, performer, pull, false);
  await requestOwners(github, repository, performer, pull);
}

/** Makes a draft of an open pull request: it may not be merged any more. */
export async function convertToDraft(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
): Promise<void> {
  await setDraft(github, repository, performer, pull, true);
}

async function setDraft(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
  draft: boolean,
): Promise<void> {
  if (pull.state === 'closed') throw new Refusal(422, 'Pull request is closed');
  if (pull.draft === draft) return;
  pull.draft = draft;
  pull.updatedAt = github.now();
  const action = draft ? 'converted_to_draft' : 'ready_for_review';
  await github.publish({ event: 'pull_request', action, repository, sender, pull });
}
