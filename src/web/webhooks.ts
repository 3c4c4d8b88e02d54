import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyWithFallback } from '@octokit/webhooks-methods';
import { refuse, type Handler } from './server.ts';

/** A webhook whose signature holds. */
export interface Webhook {
  /** `X-GitHub-Delivery`. */
  readonly id: string;
  readonly name: string;
  readonly payload: unknown;
}

const path = '/api/github/webhooks';

/**
 * Takes GitHub's webhooks: each is answered with 202 once it was received, and refused where its signature is of none of the secrets. The second
 * secret is the one before, while it is rotated (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
 */
export function webhooks(
  [secret, ...previous]: readonly [string, ...string[]],
  receive: (webhook: Webhook) => Promise<void>,
  refused: () => void = () => undefined,
): Handler {
  function turnAway(response: ServerResponse, status: number, reason: string): true {
    refused();
    refuse(response, status, reason);
    return true;
  }
  return async (request, response) => {
    if (request.method !== 'POST' || request.url !== path) return false;
    const [id, name, signature] = ['x-github-delivery', 'x-github-event', 'x-hub-signature-256'].map(
      (header) => String(request.headers[header] ?? ''),
    );
    if (!id || !name || !signature) {
      return turnAway(
        response,
        400,
        'a webhook has the headers X-GitHub-Delivery, X-GitHub-Event and X-Hub-Signature-256',
      );
    }
    const body = await read(request);
    if (!(await verifyWithFallback(secret, body, signature, previous))) {
      return turnAway(response, 401, 'the signature does not match the webhook secret');
    }
    const payload = parsed(body);
    if (payload === undefined) {
      return turnAway(
        response,
        400,
        'the body is no JSON: set the content type of the webhook to application/json',
      );
    }
    await receive({ id, name, payload });
    response.writeHead(202).end();
    return true;
  };
}

/** The server let through only what says its length, 25 MB at most. */
async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(body: string): unknown {
  try {
    const payload: unknown = JSON.parse(body);
    return typeof payload === 'object' && payload !== null ? payload : undefined;
  } catch {
    return undefined;
  }
}
