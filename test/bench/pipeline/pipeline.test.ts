import { expect, test } from 'vitest';
import { pipelineBench } from '../../../bench/pipeline.ts';
import { serverUrl } from '../../database/test-database.ts';

const silent = { small: true, tell: () => undefined };
const part = (name: string) => pipelineBench.parts.find((one) => one.name === name);

// The app is a process of its own here, which only a server lets share a database.
test.runIf(serverUrl)('webhooks are taken in beside the least that a receiver does', async () => {
  expect(await part('intake')?.run(silent)).toMatchObject([
    { unit: 'per second', bound: 'at least', met: expect.any(Boolean) },
    { unit: 'ms', bound: 'at most', met: expect.any(Boolean) },
  ]);
});

test.runIf(serverUrl)('grants that end together are taken back beside the connector alone', async () => {
  expect(await part('mass-expiry')?.run(silent)).toMatchObject([
    { measure: expect.stringContaining('p50'), against: expect.stringContaining('the connector alone') },
    { measure: expect.stringContaining('p99'), goal: expect.any(Number) },
  ]);
});
