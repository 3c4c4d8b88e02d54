import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateApprovals } from '../../src/approvals/approval.ts';
import { assign } from '../../src/approvals/assignment.ts';
import type { Requirement } from '../../src/approvals/requirements.ts';
import type { Review } from '../../src/approvals/reviews.ts';
import { group, minute, now, owners, person, question } from './approval-fixtures.ts';

const party = fc.constantFrom('@hubot', '@mona', '@sam', '@acme/owners', '@acme/data', '@acme/security');

const ownersRequirement = fc.uniqueArray(party, { maxLength: 3 }).map((parties) => owners(...parties));

/** The groups of one role, stages in order. */
const roleGroups = fc
  .record({
    distinct: fc.boolean(),
    groups: fc.array(fc.record({ party, count: fc.integer({ min: 1, max: 2 }), later: fc.boolean() }), {
      maxLength: 3,
    }),
  })
  .map(({ distinct, groups }) =>
    groups.map(({ party: name, count }, index) =>
      group(name, { count, distinct, stage: groups.slice(1, index + 1).filter(({ later }) => later).length }),
    ),
  );

const requirements: fc.Arbitrary<Requirement[]> = fc
  .tuple(fc.array(ownersRequirement, { maxLength: 2 }), roleGroups)
  .map((parts) => parts.flat());

const logins = ['mona', 'hubot', 'pat', 'dana', 'sam', 'sue', 'reader', 'robot', 'visitor'];

const reviewBy = (names: string[]): fc.Arbitrary<Omit<Review, 'id'>> =>
  fc.record({
    person: fc.constantFrom(...names).map(person),
    state: fc.constantFrom('approved', 'approved', 'approved', 'changes_requested', 'commented', 'dismissed'),
    // Few moments, so that some reviews share one.
    submittedAt: fc.integer({ min: 1, max: 5 }).map((count) => now - count * minute),
    digest: fc.constantFrom('sha256:now', 'sha256:now', 'sha256:then', null),
    content: fc.constant(null),
  });

const reviews = fc
  .array(reviewBy(logins), { maxLength: 8 })
  .map((given) => given.map((review, index) => ({ ...review, id: index })));

const evaluate = (asked: Requirement[], given: Review[], facts = {}) =>
  evaluateApprovals({ ...question, requirements: asked, reviews: given, ...facts });

describe('whatever is asked and said', () => {
  test('any order of reviews gives the same', () => {
    const shuffled = reviews.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(requirements, shuffled, (asked, [given, otherwise]) => {
        expect(evaluate(asked, otherwise)).toEqual(evaluate(asked, given));
      }),
    );
  });

  test('no contributor, bot or outsider ever counts', () => {
    const barred = new Set(['mona', 'pat', 'robot', 'visitor']);
    fc.assert(
      fc.property(requirements, reviews, (asked, given) => {
        const outcome = evaluate(asked, given);
        const counted = outcome.requirements.flatMap(({ by, canApprove }) => [...by, ...canApprove]);
        expect(counted.filter(({ login }) => barred.has(login))).toEqual([]);
        const said = given.filter(({ person: { login } }) => !barred.has(login));
        expect(outcome.requirements).toEqual(evaluate(asked, said).requirements);
      }),
    );
  });

  test('another digest voids every approval', () => {
    fc.assert(
      fc.property(requirements, reviews, (asked, given) => {
        const outcome = evaluate(asked, given, { digest: 'sha256:never-seen' });
        expect(outcome.counting).toEqual([]);
        expect(outcome.requirements.every(({ met, by }) => !met && by.length === 0)).toBe(true);
      }),
    );
  });

  test('a review of somebody who owns nothing changes nothing', () => {
    fc.assert(
      fc.property(requirements, reviews, reviewBy(['eve', 'robot', 'visitor']), (asked, given, stranger) => {
        const before = evaluate(
          asked,
          given.filter(({ person: { id } }) => id !== stranger.person.id),
        );
        const after = evaluate(asked, [
          ...given.filter(({ person: { id } }) => id !== stranger.person.id),
          { ...stranger, id: 1000 },
        ]);
        expect(after.requirements).toEqual(before.requirements);
        expect(after.approved).toBe(before.approved);
      }),
    );
  });

  test('approved means that each requirement has enough people, and each group of a distinct role its own', () => {
    fc.assert(
      fc.property(requirements, reviews, (asked, given) => {
        const outcome = evaluate(asked, given);
        fc.pre(outcome.approved);
        for (const { requirement, by } of outcome.requirements)
          expect(new Set(by.map(({ id }) => id)).size).toBeGreaterThanOrEqual(requirement.count);
        const distinct = outcome.requirements.filter(({ requirement }) => requirement.rules[0]?.distinct);
        const filled = distinct.flatMap(({ by }) => by.map(({ id }) => id));
        expect(new Set(filled).size).toBe(filled.length);
      }),
    );
  });

  test('every standing review that is no approval that counts says why, or blocks', () => {
    fc.assert(
      fc.property(requirements, reviews, (asked, given) => {
        const { counting, notCounting, vetoes } = evaluate(asked, given);
        const people = new Set(
          given.filter(({ state }) => state !== 'commented').map(({ person: { id } }) => id),
        );
        expect(counting.length + notCounting.length + vetoes.length).toBe(people.size);
      }),
    );
  });
});

test('as many slots are filled as by the best of all assignments', () => {
  const best = (slots: number[][], taken: readonly number[] = []): number => {
    const [slot, ...rest] = slots;
    if (!slot) return taken.length;
    const filled = slot
      .filter((taker) => !taken.includes(taker))
      .map((taker) => best(rest, [...taken, taker]));
    return Math.max(best(rest, taken), ...filled);
  };
  const slot = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(slot, { maxLength: 5 }), (slots) => {
      const assigned = assign(slots, [0, 1, 2, 3, 4], (wanted, taker) => wanted.includes(taker));
      expect(assigned.size).toBe(best(slots));
      expect(new Set(assigned.values()).size).toBe(assigned.size);
      for (const [index, taker] of assigned) expect(slots[index]).toContain(taker);
    }),
  );
});
