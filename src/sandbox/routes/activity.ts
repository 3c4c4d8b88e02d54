import { Hono } from 'hono';
import type { GitHub } from '../model/github.ts';
import type { Activity as ActivityPayload } from '../payloads/descriptions.ts';
import { simpleUser } from '../payloads/account.ts';
import { instant } from '../payloads/instant.ts';
import { nodeId } from '../payloads/node-id.ts';
import { repositoryOf } from './access.ts';
import { onlyKnows, type Env } from './context.ts';
import { pagedByCursor } from './paging.ts';

/** The activity log: every ref that moved, newest first. */
export function activityRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/repos/:owner/:repo/activity', (c) => {
    const repository = repositoryOf(c, github, { app: ['contents:read'] });
    for (const name of ['time_period', 'before']) onlyKnows(c, name);
    const { ref, actor, activity_type: type, direction } = c.req.query();
    const wanted = repository.activities.filter(
      (activity) =>
        (ref === undefined || activity.ref === ref || activity.ref === `refs/heads/${ref}`) &&
        (actor === undefined || activity.actor.login.toLowerCase() === actor.toLowerCase()) &&
        (type === undefined || activity.type === type),
    );
    const ordered = direction === 'asc' ? wanted : wanted.toReversed();
    return c.json(
      pagedByCursor(c, github, ordered, 'after').map((activity): ActivityPayload => ({
        id: activity.id,
        node_id: nodeId('Push', activity.id),
        before: activity.before,
        after: activity.after,
        ref: activity.ref,
        timestamp: instant(activity.timestamp),
        activity_type: activity.type,
        actor: simpleUser(github, activity.actor),
      })),
    );
  });
  return routes;
}
