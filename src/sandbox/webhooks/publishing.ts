import { channel } from 'node:diagnostics_channel';
import { grants, type App } from '../model/app.ts';
import type { Installation } from '../model/installation.ts';
import type { GitHubEvent } from '../model/event.ts';
import { installationOf, type GitHub } from '../model/github.ts';
import { nodeId } from '../payloads/node-id.ts';
import type { DeliveryQueue } from './deliveries.ts';
import { organizationOf, webhookPayload, type Payload } from './payloads.ts';

/** A webhook as one of its receivers gets it. */
export interface SentWebhook {
  event: string;
  action: string | null;
  payload: Payload;
}

/** Every `SentWebhook`, for whoever wants to look on. */
export const sentWebhooks = channel('countersign.sandbox.webhook');

/** Sends an event to every app that subscribed to it where it happened; what is too large nobody hears of. */
export async function publish(github: GitHub, queue: DeliveryQueue, event: GitHubEvent): Promise<void> {
  const installations = receivers(github, event).filter(({ app }) => app.webhook.url !== null);
  if (installations.length === 0) return;
  const payload = await webhookPayload(github, event);
  if (Buffer.byteLength(JSON.stringify(payload)) > github.limits.webhook) return;
  const action = 'action' in event ? event.action : null;
  for (const { id, app } of installations) {
    const received = {
      event: event.event,
      action,
      payload: {
        ...payload,
        installation: payload['installation'] ?? {
          id,
          node_id: nodeId('IntegrationInstallation', id),
        },
      },
    } satisfies SentWebhook;
    if (sentWebhooks.hasSubscribers) sentWebhooks.publish(received);
    queue.send({
      ...received,
      app,
      installationId: id,
      repositoryId: 'repository' in event ? event.repository.id : null,
    });
  }
}

function receivers(github: GitHub, event: GitHubEvent): Installation[] {
  // An app hears of its own installation whether it asked or not.
  if (event.event === 'installation') return [event.installation];
  return [...github.apps.values()].flatMap((app) => {
    if (!hears(app, event.event)) return [];
    // Merge groups are told to those who may read queues alone.
    if (event.event === 'merge_group' && !grants(app.permissions, 'merge_queues', 'read')) return [];
    if (askedOf(event) !== undefined && askedOf(event) !== app) return [];
    const installation =
      'repository' in event
        ? installationOf(github, event.repository, app)
        : [...github.installations.values()].find(
            (candidate) => candidate.app === app && candidate.account === organizationOf(event),
          );
    return installation ? [installation] : [];
  });
}

/** An app that may write checks hears of them whether it asked or not. */
function hears({ events, permissions }: App, event: GitHubEvent['event']): boolean {
  const ofChecks = event === 'check_run' || event === 'check_suite';
  return events.includes(event) || (ofChecks && grants(permissions, 'checks', 'write'));
}

/** The one app that is asked to do something; undefined where everybody is told of it. */
function askedOf(event: GitHubEvent): App | undefined {
  if (event.event === 'check_suite' && event.action !== 'completed') return event.suite.app;
  const asks = event.event === 'check_run' && ['rerequested', 'requested_action'].includes(event.action);
  return asks ? event.run.suite.app : undefined;
}
