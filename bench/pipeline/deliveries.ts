import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';

/** What GitHub sends: so many pull requests are at work, and each delivery is of about this size. */
const pulls = 200;
const bytes = 20_000;

/** Webhooks that are signed already, so that signing them costs nothing while something is measured. */
export interface SignedBody {
  readonly body: Buffer;
  readonly signature: string;
}

export function signedBodies(repositoryId: number, secret: string): SignedBody[] {
  return Array.from({ length: pulls }, (_, index) => {
    const body = Buffer.from(
      JSON.stringify({
        action: 'synchronize',
        pull_request: { number: index + 1, base: { ref: 'main' }, merged: false, body: 'x'.repeat(bytes) },
        repository: { id: repositoryId },
        organization: { login: 'acme' },
      }),
    );
    return { body, signature: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
  });
}

/** How long each of many deliveries took to be answered, and all of them together: milliseconds. */
export interface Answered {
  readonly each: readonly number[];
  readonly together: number;
}

/** Sends deliveries over this many connections for so many milliseconds. Throws where one is not taken. */
export async function deliver(
  url: string,
  bodies: readonly SignedBody[],
  { lanes, duration }: { readonly lanes: number; readonly duration: number },
): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const each: number[] = [];
  const begun = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (performance.now() - begun < duration) {
        const one = bodies[next++ % bodies.length];
        if (!one) throw new Error('there is nothing to deliver');
        const sent = performance.now();
        await deliverOne(url, one, agent);
        each.push(performance.now() - sent);
      }
    }),
  );
  agent.destroy();
  return { each, together: performance.now() - begun };
}

async function deliverOne(url: string, { body, signature }: SignedBody, agent: Agent): Promise<void> {
  const sending = request(url, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-github-delivery': randomUUID(),
      'x-github-event': 'pull_request',
      'x-hub-signature-256': signature,
    },
  });
  sending.end(body);
  const [answer] = (await once(sending, 'response')) as [import('node:http').IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 202) throw new Error(`a delivery was answered with ${answer.statusCode}`);
}
