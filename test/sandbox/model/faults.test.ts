import { expect, test } from 'vitest';
import { openFaults, type FaultPlan } from '../../../src/sandbox/model/faults.ts';

const rates = { 'server-error': 0.2, cut: 0.1, slow: 0.1, 'secondary-limit': 0.1, lost: 0.3, overtaken: 0.2 };
const requests = Array.from({ length: 200 }, (_, n) => `GET /${n}`);

function play(plan: FaultPlan, webhooks = 0) {
  const faults = openFaults();
  faults.plan(plan);
  return requests.map((request, n) => {
    if (n < webhooks) faults.atWebhook('push');
    return faults.atRequest(request, true);
  });
}

test('the same seed gives the same faults, whatever the webhooks', () => {
  expect(play({ seed: 7, rates })).toEqual(play({ seed: 7, rates }, 100));
  expect(play({ seed: 7, rates })).not.toEqual(play({ seed: 8, rates }));
});

test('rates are shares of all requests', () => {
  const struck = play({ rates }).filter((fault) => fault !== undefined);
  expect(struck.length / requests.length).toBeGreaterThan(0.35);
  expect(struck.length / requests.length).toBeLessThan(0.65);
  expect(new Set(struck.map(({ kind }) => kind))).toEqual(
    new Set(['server-error', 'cut', 'slow', 'secondary-limit']),
  );
});

test('a higher rate of one fault leaves the rolls of the others where they were', () => {
  const seldom = play({ rates: { slow: 0.1 } });
  const often = play({ rates: { slow: 0.5 } });
  const struck = seldom.flatMap((fault, n) => (fault ? [n] : []));
  expect(struck.length).toBeGreaterThan(0);
  expect(struck.map((n) => often[n])).toEqual(struck.map((n) => seldom[n]));
});

test('a script strikes at the nth match, as often as it says', () => {
  const faults = openFaults();
  const fault = { kind: 'server-error', status: 502, done: false } as const;
  const struck = faults.plan({ requests: [{ at: /^PUT .*merge$/, nth: 2, times: 2, fault }] });
  const kinds = ['PUT /a/merge', 'GET /a/merge', 'PUT /b/merge', 'PUT /c/merge', 'PUT /d/merge'].map(
    (request) => faults.atRequest(request, true)?.kind,
  );
  expect(kinds).toEqual([undefined, undefined, 'server-error', 'server-error', undefined]);
  expect(struck).toEqual([
    { at: 'PUT /b/merge', kind: 'server-error' },
    { at: 'PUT /c/merge', kind: 'server-error' },
  ]);
});

test('people are spared unless the plan says everybody, and all are once it ends', () => {
  const faults = openFaults();
  const plan: FaultPlan = { rates: { cut: 1 } };
  expect(faults.atRequest('GET /', true)).toBeUndefined();
  faults.plan(plan);
  expect(faults.atRequest('GET /', true)?.kind).toBe('cut');
  expect(faults.atRequest('GET /', false)).toBeUndefined();
  faults.plan({ ...plan, to: 'everybody' });
  expect(faults.atRequest('GET /', false)?.kind).toBe('cut');
  faults.plan(null);
  expect(faults.atRequest('GET /', true)).toBeUndefined();
});
