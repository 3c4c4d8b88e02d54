import { expect, test } from 'vitest';
import type { Step } from '../../src/cli/demo/step.ts';
import { countersign } from './run.ts';

type Told = { [Name in Step['step']]: Extract<Step, { step: Name }> };

test('the demo tells the whole story, and every step carries what was read back', async () => {
  const { code, out, err } = await countersign(['demo', '--json']).ended;
  const steps = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Step);
  expect([code, err]).toEqual([0, '']);
  expect(steps.map(({ step }) => step)).toEqual([
    'violation',
    'corrected',
    'approval-refused',
    'approved',
    'approval-voided',
    'approved-again',
    'merged',
    'granted',
    'expired',
    'revoked',
    'revert-opened',
    'revert-merged',
    'bypass-merged',
    'bypass-reverted',
    'audit-verified',
  ]);
  const told = Object.fromEntries(steps.map((step) => [step.step, step])) as Told;
  const times = steps.map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
  expect(told.violation.annotation).toMatchObject({
    file: 'access-requests.yaml',
    line: 6,
    column: 15,
    code: 'duration-too-long',
  });
  expect(told['approval-refused'].reviews.map(({ by }) => by)).toEqual(['mona', 'lars', 'nick']);
  expect(told.approved.by).toBe('ada');
  expect(told['approval-voided']).toMatchObject({
    by: 'ada',
    reason: expect.stringContaining("mona's read-only on orders-db: duration `4h` → `6h`") as string,
  });
  expect(told['approved-again'].by).toBe('ada');
  expect(told.granted.query).toMatchObject({
    allowed: true,
    rows: [{ id: 4312, state: 'stuck' }, { id: 4313 }],
  });
  expect(told.granted.before.allowed).toBe(false);
  expect(told.revoked.query).toMatchObject({ allowed: false, error: 'permission denied for table orders' });
  expect(Date.parse(told.expired.expiresAt) - Date.parse(told.merged.at)).toBeLessThanOrEqual(6 * 3_600_000);
  expect(told['revert-opened'].diff.split('\n').filter((line) => /^[-+][^-+]/.test(line))).toEqual([
    '-requests:',
    '-  - user: mona',
    '-    resource: orders-db',
    '-    role: read-only',
    '-    duration: 6h',
    '-    reason: "INC-4312: stuck orders of acme"',
    '+requests: []',
  ]);
  expect(told['bypass-reverted'].granted).toBe(false);
  expect(told['audit-verified'].records).toBe(told['audit-verified'].events);
}, 120_000);
