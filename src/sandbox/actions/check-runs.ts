import { atLeast, levelOf } from '../model/access.ts';
import type { User } from '../model/account.ts';
import type { App } from '../model/app.ts';
import type { Annotation, CheckRun, Conclusion } from '../model/check.ts';
import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import { completeSuite, suiteOf } from './check-suites.ts';

/** What a request says about a check run; what it leaves out stays as it is. */
export interface CheckRunInput {
  name?: string | undefined;
  status?: CheckRun['status'] | undefined;
  conclusion?: Conclusion | undefined;
  externalId?: string | undefined;
  detailsUrl?: string | undefined;
  startedAt?: Date | undefined;
  completedAt?: Date | undefined;
  actions?: CheckRun['actions'] | undefined;
  output?:
    | { title: string; summary: string; text?: string | undefined; annotations: Annotation[] }
    | undefined;
}

/** Puts a new check run on a commit, in the app's suite there. */
export async function createCheckRun(
  github: GitHub,
  repository: Repository,
  app: App,
  headSha: string,
  input: CheckRunInput & { name: string },
): Promise<CheckRun> {
  const run: CheckRun = {
    id: github.nextId(),
    suite: suiteOf(github, repository, app, headSha),
    name: input.name,
    status: 'queued',
    conclusion: null,
    externalId: '',
    detailsUrl: '',
    createdAt: github.now(),
    startedAt: github.now(),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
  apply(github, run, input);
  run.suite.rerequested = false;
  repository.checkRuns.push(run);
  await github.publish({ event: 'check_run', action: 'created', repository, sender: app.bot, run });
  if (run.status === 'completed') await tellCompleted(github, repository, run);
  return run;
}

/** Updates a check run; annotations are added to those it has. */
export async function updateCheckRun(
  github: GitHub,
  repository: Repository,
  run: CheckRun,
  input: CheckRunInput,
): Promise<void> {
  const wasCompleted = run.status === 'completed';
  apply(github, run, input);
  run.suite.rerequested = false;
  if (run.status === 'completed' && !wasCompleted) await tellCompleted(github, repository, run);
}

/** A run has ended, and with it perhaps its suite. */
export async function tellCompleted(github: GitHub, repository: Repository, run: CheckRun): Promise<void> {
  const sender = run.suite.app.bot;
  await github.publish({ event: 'check_run', action: 'completed', repository, sender, run });
  await completeSuite(github, repository, run.suite);
}

/** Asks a check run's app to run it again; the run stays as it is, its suite is queued. */
export async function rerequestRun(
  github: GitHub,
  repository: Repository,
  sender: User,
  run: CheckRun,
): Promise<void> {
  run.suite.rerequested = true;
  await github.publish({ event: 'check_run', action: 'rerequested', repository, sender, run });
}

/** A person clicks one of a check run's buttons: its app hears of it. Whoever may write may. */
export async function requestAction(
  github: GitHub,
  repository: Repository,
  sender: User,
  run: CheckRun,
  identifier: string,
): Promise<void> {
  if (!atLeast(levelOf(repository, sender), 'write')) throw new Error(`${sender.login} sees no such button`);
  if (!run.actions.some((action) => action.identifier === identifier))
    throw new Error(`check run ${run.id} has no action ${identifier}`);
  await github.publish({
    event: 'check_run',
    action: 'requested_action',
    repository,
    sender,
    run,
    identifier,
  });
}

function apply(github: GitHub, run: CheckRun, input: CheckRunInput): void {
  run.name = input.name ?? run.name;
  run.externalId = input.externalId ?? run.externalId;
  run.detailsUrl = input.detailsUrl ?? run.detailsUrl;
  run.actions = input.actions ?? run.actions;
  run.startedAt = input.startedAt ?? run.startedAt;
  // A conclusion completes the run, whatever its status was said to be.
  run.status = input.conclusion ? 'completed' : (input.status ?? run.status);
  if (run.status === 'completed') {
    run.conclusion = input.conclusion ?? run.conclusion;
    run.completedAt = input.completedAt ?? run.completedAt ?? github.now();
  } else {
    run.conclusion = null;
    run.completedAt = null;
  }
  if (!input.output) return;
  const { title, summary, text, annotations } = input.output;
  run.output = { title, summary, text: text ?? run.output.text };
  run.annotations.push(...annotations);
}
