import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FaultPlan } from '../../../src/sandbox/start.ts';
import { appWithoutChecks, receiver, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
beforeEach(async () => {
  [it, hook] = await Promise.all([stage({ app: appWithoutChecks }), receiver()]);
  it.world.deliverTo(hook.url);
});
afterEach(async () => {
  await it.close();
  hook.close();
});

/** Three pushes, to `a`, `b` and `c`, of which the second meets a fault: the branches as they arrived. */
async function arrived(fault: NonNullable<FaultPlan['webhooks']>[number]['fault']): Promise<string[]> {
  it.world.faults({ webhooks: [{ at: /^push$/, nth: 2, fault }] });
  for (const branch of ['a', 'b', 'c']) await it.world.person('mona').writesFiles(branch, { x: branch });
  await it.world.settled();
  return hook.received.map(({ body }) => (JSON.parse(body) as { ref: string }).ref.slice(-1));
}

test.each([
  [{ kind: 'lost' }, ['a', 'c']],
  [{ kind: 'repeated' }, ['a', 'b', 'b', 'c']],
  [{ kind: 'overtaken' }, ['a', 'c', 'b']],
  [{ kind: 'delayed', ms: 400 }, ['a', 'c', 'b']],
] as const)('a webhook under %o', async (fault, order) => {
  expect(await arrived(fault)).toEqual(order);
});

test('one that comes twice has one GUID', async () => {
  await arrived({ kind: 'repeated' });
  const guids = hook.received.map(({ headers }) => headers['x-github-delivery']);
  expect(guids[1]).toBe(guids[2]);
  expect(new Set(guids).size).toBe(3);
});

test('one that nothing overtakes arrives all the same', async () => {
  it.world.faults({ webhooks: [{ at: /./, fault: { kind: 'overtaken' } }] });
  await it.world.person('mona').writesFiles('a', { x: 'a' });
  await it.world.settled();
  expect(hook.received).toHaveLength(1);
});
