import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { sign } from '@octokit/webhooks-methods';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAcme, type Acme } from './acme.ts';
import { previousSecret } from './stage.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme();
});
afterAll(() => acme.close());

interface Sent {
  readonly id?: string;
  readonly event?: string;
  readonly signature?: string | null;
}

/** Sends the app a webhook as GitHub would; `null`: unsigned. */
async function deliver(payload: object, { id = randomUUID(), event = 'pull_request', signature }: Sent = {}) {
  const body = JSON.stringify(payload);
  const signed = signature === undefined ? await sign(acme.world.app.webhookSecret, body) : signature;
  const response = await fetch(`${acme.app().url}/api/github/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': id,
      'x-github-event': event,
      ...(signed === null ? {} : { 'x-hub-signature-256': signed }),
    },
  });
  await acme.settled();
  return response.status;
}

async function stored(): Promise<string[]> {
  const rows = await acme.database.db.selectFrom('deliveries').select('id').execute();
  return rows.map(({ id }) => id);
}

const opened = (number: number, repository = acme.world.repository.id) => ({
  action: 'opened',
  repository: { id: repository },
  pull_request: { number },
});

test.each([
  ['a wrong signature', 'sha256='.padEnd(71, '0')],
  ['no signature', null],
])('a webhook with %s is refused and stored nowhere', async (_, signature) => {
  const before = await stored();
  expect(await deliver(opened(1), { signature })).toBeGreaterThanOrEqual(400);
  expect(await stored()).toEqual(before);
});

test('a delivery that is repeated leads to nothing twice, and one of a repository that is not bound to nothing', async () => {
  const pull = await acme.asks({ resource: acme.freshResource() });
  const runs = async () =>
    (
      await acme.world
        .person('mona')
        .request<{ total_count: number }>(
          'GET',
          `/repos/acme/access/commits/${pull.head.sha}/check-runs?filter=all`,
        )
    ).data.total_count;
  const before = await runs();
  const id = randomUUID();
  expect(await deliver(opened(pull.number), { id })).toBe(202);
  expect(await deliver(opened(pull.number), { id })).toBe(202);
  expect((await stored()).filter((one) => one === id)).toHaveLength(1);
  expect(await runs()).toBe(before);

  const foreign = randomUUID();
  expect(await deliver(opened(pull.number, 4711), { id: foreign })).toBe(202);
  expect(await stored()).not.toContain(foreign);
});

test('during a rotation what was signed with the secret before is taken as well', async () => {
  const payload = opened(1);
  const signature = await sign(previousSecret, JSON.stringify(payload));
  const id = randomUUID();
  expect(await deliver(payload, { id, signature })).toBe(202);
  expect(await stored()).toContain(id);
});

test.each([
  ['that is no JSON', '{', 400],
  ['that is no object', 'null', 400],
])('a signed body %s is refused', async (_, body, status) => {
  const response = await fetch(`${acme.app().url}/api/github/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'x-github-delivery': randomUUID(),
      'x-github-event': 'push',
      'x-hub-signature-256': await sign(acme.world.app.webhookSecret, body),
    },
  });
  expect(response.status).toBe(status);
});

test.each([
  ['above 25 MB', `content-length: ${25 * 1024 * 1024 + 1}`, '413'],
  ['of a length that is not said', 'transfer-encoding: chunked', '411'],
])('a body %s is refused before any of it is sent', async (_, header, status) => {
  const { hostname, port } = new URL(acme.app().url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`POST /api/github/webhooks HTTP/1.1\r\nhost: app\r\n${header}\r\n\r\n`),
    );
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});
