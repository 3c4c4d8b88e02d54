import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApprovalState } from '../../src/approvals/approval.ts';
import type { Assessment } from '../../src/approvals/assessment.ts';
import { verdictOn, type MergedPull } from '../../src/approvals/verdict.ts';
import type { ResolvedRequest } from '../../src/policies/decision.ts';
import type { ExpandedEntry } from '../../src/requests/access-request.ts';
import { changeSet, sameMeaning, type EntryChange } from '../../src/requests/change-set.ts';

const entry = fc
  .record({
    name: fc.constantFrom('mona', 'nick'),
    file: fc.constantFrom('access-requests.yaml', 'access-requests/a.yaml'),
    duration: fc.constantFrom(60, 240),
    reason: fc.constantFrom('INC-1', 'INC-2'),
  })
  .map(({ name, file, duration, reason }): ExpandedEntry => ({
    request: {
      principal: { kind: 'user', name },
      asks: { resource: 'orders-db', role: 'read-only' },
      reason,
      emergency: false,
    },
    file,
    start: { file, line: 1, column: 1 },
    places: {},
    resource: 'orders-db',
    role: 'read-only',
    duration,
  }));

/** The entries of one version, each request once. */
const version = fc.uniqueArray(entry, { selector: ({ request }) => request.principal.name, maxLength: 2 });

/** A pull request from one version to another, with whatever came of judging it. */
const mergedPull = fc.record({
  number: fc.integer({ min: 1, max: 9 }),
  before: version,
  after: version,
  allowed: fc.boolean(),
  approved: fc.boolean(),
});

test('only what an allowed and approved pull request says to the letter is approved, and what is taken out always goes', () => {
  fc.assert(
    fc.property(version, version, fc.array(mergedPull, { maxLength: 4 }), (before, after, proposed) => {
      const pulls = proposed.map((pull): MergedPull => ({
        reviewed: false,
        tip: 'a'.repeat(40),
        number: pull.number,
        mergedAt: 0,
        headSha: 'a'.repeat(40),
        assessment: {
          allowed: pull.allowed,
          violations: [],
          decisions: changeSet(pull.before, pull.after).map((change) => ({
            change,
            request: change.kind === 'removed' ? undefined : requestOf(change.after),
          })),
        } as unknown as Assessment,
        approval: { approved: pull.approved, vetoes: [], requirements: [] } as unknown as ApprovalState,
      }));
      const verdicts = changeSet(before, after).map((change) => verdictOn(change, { pulls, unjudged: [] }));
      const expected = changeSet(before, after).map((change) => {
        if (change.kind === 'removed') return { kind: 'returned' };
        const entitled = proposed.some(
          (pull) =>
            pull.allowed &&
            pull.approved &&
            changeSet(pull.before, pull.after).some((other) => saysTheSame(other, change)),
        );
        return entitled ? { kind: 'approved', request: requestOf(change.after) } : { kind: 'refused' };
      });
      expect(verdicts).toMatchObject(expected);
    }),
  );
});

function saysTheSame(a: EntryChange, b: EntryChange): boolean {
  const same = (one: ExpandedEntry, other: ExpandedEntry) =>
    one.file === other.file &&
    one.request.principal.name === other.request.principal.name &&
    sameMeaning(one, other);
  if (a.kind === 'added' && b.kind === 'added') return same(a.after, b.after);
  return a.kind === 'changed' && b.kind === 'changed' && same(a.before, b.before) && same(a.after, b.after);
}

function requestOf({ request, duration }: ExpandedEntry): ResolvedRequest {
  return { reason: request.reason, duration } as ResolvedRequest;
}
