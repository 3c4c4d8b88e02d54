import { grants, type App, type Performer } from '../model/app.ts';
import type { CheckSuite } from '../model/check.ts';
import { suiteState } from '../model/check-suite.ts';
import { installationOf, type GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';

/** A branch was pushed: every app that may write checks gets a suite for the new head, and is told. */
export async function openSuites(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  push: { branch: string; before: string | null; after: string },
): Promise<void> {
  for (const app of github.apps.values()) {
    if (!installationOf(github, repository, app) || !grants(app.permissions, 'checks', 'write')) continue;
    if (knownSuite(repository, app, push.after)) continue;
    const suite = addSuite(github, repository, app, push.after, push);
    await github.publish({ event: 'check_suite', action: 'requested', repository, sender, suite });
  }
}

/** The suite of an app on a commit; one is made where no push made it. */
export function suiteOf(github: GitHub, repository: Repository, app: App, headSha: string): CheckSuite {
  return knownSuite(repository, app, headSha) ?? addSuite(github, repository, app, headSha, {});
}

/** Asks the suite's app to run its checks anew. */
export async function rerequestSuite(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  suite: CheckSuite,
): Promise<void> {
  suite.rerequested = true;
  await github.publish({ event: 'check_suite', action: 'rerequested', repository, sender, suite });
}

/** A run of the suite ended: if it was the last to, the suite is complete, and that is told. */
export async function completeSuite(
  github: GitHub,
  repository: Repository,
  suite: CheckSuite,
): Promise<void> {
  if (suiteState(repository, suite).status !== 'completed') return;
  const sender = suite.app.bot;
  await github.publish({ event: 'check_suite', action: 'completed', repository, sender, suite });
}

function knownSuite({ checkSuites }: Repository, app: App, headSha: string): CheckSuite | undefined {
  return checkSuites.find((suite) => suite.app === app && suite.headSha === headSha);
}

function addSuite(
  github: GitHub,
  repository: Repository,
  app: App,
  headSha: string,
  { branch, before }: { branch?: string; before?: string | null },
): CheckSuite {
  const suite: CheckSuite = {
    id: github.nextId(),
    app,
    headSha,
    headBranch: branch ?? null,
    before: before ?? null,
    createdAt: github.now(),
    rerequested: false,
  };
  repository.checkSuites.push(suite);
  return suite;
}
