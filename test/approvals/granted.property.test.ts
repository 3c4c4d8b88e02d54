import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Review } from '../../src/approvals/reviews.ts';
import { play, type Action, type Who } from './played-pull.ts';

const wish = fc.option(
  fc.record(
    { hours: fc.constantFrom(1, 4), reason: fc.constantFrom('INC', 'other') },
    { noNullPrototype: true },
  ),
  {
    freq: 4,
  },
);
const who = fc.constantFrom<Who>('mona', 'mona', 'eve', 'sam');
const pusher = fc.constantFrom('mona', 'mona', 'mona', 'mona', 'pat');
const reviewer = fc.constantFrom('hubot', 'hubot', 'dana', 'dana', 'pat', 'sam', 'mona', 'eve');
const decisive = fc.constantFrom<Review['state']>(
  'approved',
  'approved',
  'approved',
  'approved',
  'approved',
  'changes_requested',
  'commented',
  'dismissed',
);

const review = fc.record({
  kind: fc.constant('review' as const),
  by: reviewer,
  state: decisive,
  inTime: fc.constantFrom(true, true, true, true, false),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: review, weight: 6 },
  {
    arbitrary: fc.record({ kind: fc.constant('edit' as const), by: pusher, who, wish, style: fc.nat(2) }),
    weight: 3,
  },
  { arbitrary: fc.record({ kind: fc.constant('rebase' as const), by: pusher }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('update' as const) }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('main' as const), who, wish }), weight: 1 },
  {
    arbitrary: fc.record({ kind: fc.constant('policy' as const), maxHours: fc.constantFrom(2, 8) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('leave' as const), who: fc.constantFrom('hubot', 'dana') }),
    weight: 1,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 5 }) }),
    weight: 1,
  },
);

const tampering = fc.option(fc.record({ who, wish }), { freq: 5, nil: null });

const ask: Action = { kind: 'edit', by: 'mona', who: 'mona', wish: { hours: 4, reason: 'INC' }, style: 0 };
const approve = (by: string): Action => ({ kind: 'review', by, state: 'approved', inTime: true });

/** Mostly what leads to a grant, with anything in between. */
const sequence = fc
  .tuple(fc.array(action, { maxLength: 5 }), fc.boolean(), fc.array(action, { maxLength: 4 }))
  .map(([before, approved, after]) =>
    Array<Action>().concat(ask, before, approved ? [approve('hubot'), approve('dana')] : [], after),
  );

test('whatever is pushed, rebased, merged and reviewed: granted is what everybody who must approve approved, and nothing else', () => {
  fc.assert(
    fc.property(sequence, tampering, (actions, tampered) => {
      const { verdicts, expected } = play(actions, tampered);
      expect(verdicts).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('the property is not empty: some sequences grant, and some refuse', () => {
  const key = 'user:mona orders-db:reader';
  const outcome = (...actions: Action[]) => play(actions, null).verdicts.get(key);
  const again: Action = { ...ask, wish: { hours: 1, reason: 'INC' } };
  expect(outcome(ask)).toBe('refused');
  expect(outcome(ask, approve('hubot'), approve('dana'))).toBe('approved');
  expect(
    outcome(ask, approve('hubot'), approve('dana'), { ...ask, style: 2 }, { kind: 'rebase', by: 'mona' }),
  ).toBe('approved');
  expect(outcome(ask, approve('hubot'), approve('dana'), again)).toBe('refused');
  expect(outcome(ask, approve('hubot'), approve('dana'), again, ask)).toBe('approved');
  expect(outcome(ask, approve('hubot'), approve('dana'), { kind: 'wait', days: 8 })).toBe('refused');
});
