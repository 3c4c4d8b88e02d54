import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { gateTo, inSequence } from '../../../bench/pipeline/github-gate.ts';

const calls = (...spans: readonly (readonly [number, number])[]) =>
  spans.map(([begun, ended]) => ({ label: '', body: '', begun, ended }));

test.each([
  ['none', calls(), 0],
  ['one after the other', calls([0, 1], [1, 2], [2, 3]), 3],
  ['all at once', calls([0, 3], [0, 2], [1, 4]), 1],
  ['two beside a long one', calls([0, 10], [1, 2], [3, 4]), 2],
])('calls that had to wait for one another: %s', (_, spans, count) => {
  expect(inSequence(spans)).toBe(count);
});

test('a gate passes calls on, later, and writes them down', async () => {
  const server = createServer((request, response) => response.writeHead(418).end(request.url)).listen(0);
  await once(server, 'listening');
  const gate = await gateTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 30);
  const answer = await fetch(`${gate.url}/repos/acme/access/pulls/7`, { method: 'POST', body: 'what' });
  expect([answer.status, await answer.text()]).toEqual([418, '/repos/acme/access/pulls/7']);
  const [call, ...more] = gate.take();
  expect(call).toMatchObject({ label: 'POST …/pulls/N', body: 'what' });
  expect((call?.ended ?? 0) - (call?.begun ?? 0)).toBeGreaterThanOrEqual(29);
  expect([more, gate.take()]).toEqual([[], []]);
  await gate.close();
  server.close();
});
