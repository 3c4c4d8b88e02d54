import type { GitHub } from './github.ts';
import { GITHUB_LIMITS } from './limits.ts';
import { timelineOf } from './timeline.ts';
import type { User } from './account.ts';

/** An empty GitHub; ids count up over everything, so that no kind of id passes for another. */
export function emptyGitHub(
  now: () => Date,
  url: () => string,
  publish: (github: GitHub, event: Parameters<GitHub['publish']>[0]) => Promise<void>,
  /** What GitHub does of itself after each change. */
  follow: (github: GitHub) => Promise<void> = () => Promise.resolve(),
): GitHub {
  let lastId = 1000;
  let turn: Promise<unknown> = Promise.resolve();
  const webFlow: User = {
    id: 19864447,
    login: 'web-flow',
    name: 'GitHub Web Flow',
    type: 'User',
    createdAt: now(),
  };
  const mergeQueueBot: User = {
    id: 118344674,
    login: 'github-merge-queue[bot]',
    name: null,
    type: 'Bot',
    createdAt: now(),
  };
  const github: GitHub = {
    get url() {
      return url();
    },
    now,
    limits: GITHUB_LIMITS,
    nextId: () => (lastId += 1),
    exclusively(work) {
      const result = turn.then(async () => {
        const done = await work();
        await follow(github);
        return done;
      });
      turn = result.catch(() => undefined);
      return result;
    },
    publish(event) {
      if ('pull' in event)
        for (const happened of timelineOf(event))
          event.pull.timeline.push({ ...happened, id: github.nextId(), actor: event.sender, at: now() });
      return publish(github, event);
    },
    users: new Map([webFlow, mergeQueueBot].map((user) => [user.id, user])),
    organizations: new Map(),
    repositories: new Map(),
    apps: new Map(),
    installations: new Map(),
    tokens: new Map(),
    webFlow,
    mergeQueueBot,
  };
  return github;
}
