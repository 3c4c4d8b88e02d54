import { parseInstant, type Instant } from '../requests/instant.ts';
import { answered, type GitHubClient } from './requests-repository.ts';

/** An attempt of GitHub's to deliver a webhook to the App. */
export interface HookDelivery {
  readonly id: number;
  /** `X-GitHub-Delivery`: every attempt to deliver one webhook has the same. */
  readonly guid: string;
  readonly deliveredAt: Instant;
  /** Whether somebody asked for it. */
  readonly redelivery: boolean;
  /** Whether it was answered as GitHub wants: with 2xx, in time. */
  readonly taken: boolean;
}

/**
 * The App's deliveries since an instant, the latest first; GitHub keeps those of three days. The client acts as the App itself.
 * https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
 */
export async function readDeliveries(octokit: GitHubClient, since: Instant): Promise<HookDelivery[]> {
  const all: HookDelivery[] = [];
  const pages = octokit.paginate.iterator(octokit.rest.apps.listWebhookDeliveries, { per_page: 100 });
  for await (const { data } of pages) {
    const page = data.map(({ id, guid, delivered_at: at, redelivery, status_code: status }) => ({
      id,
      guid,
      deliveredAt: instantOf(at),
      redelivery,
      taken: status >= 200 && status < 300,
    }));
    const wanted = page.filter(({ deliveredAt }) => deliveredAt >= since);
    all.push(...wanted);
    if (wanted.length < page.length) break;
  }
  return all;
}

/** Those that were never taken and that nobody asked for again yet, the oldest first. */
export function neverTaken(deliveries: readonly HookDelivery[]): HookDelivery[] {
  const settled = new Set(
    deliveries.filter(({ taken, redelivery }) => taken || redelivery).map(({ guid }) => guid),
  );
  return deliveries.filter(({ guid }) => !settled.has(guid)).toReversed();
}

/** Has GitHub deliver it once more; one that it no longer keeps is let go. */
export async function askAgain(octokit: GitHubClient, { id }: HookDelivery): Promise<void> {
  try {
    await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
  } catch (error) {
    if (!answered(error, 404, 422)) throw error;
  }
}

function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(`GitHub gave ${text} for the time of a delivery`);
  return instant;
}
