import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApprovalState } from '../../src/approvals/approval.ts';
import type { Assessment } from '../../src/approvals/assessment.ts';
import { verdictOn, type MergedPull } from '../../src/approvals/verdict.ts';
import type { ResolvedRequest } from '../../src/policies/decision.ts';
import type { ExpandedEntry } from '../../src/requests/access-request.ts';
import { changeSet, sameMeaning } from '../../src/requests/change-set.ts';

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
      for (const change of changeSet(before, after)) {
        const verdict = verdictOn(change, { pulls, unjudged: [] });
        if (change.kind === 'removed') expect(verdict).toEqual({ kind: 'returned' });
        if (change.kind === 'removed') continue;
        const entitled = proposed.some(
          (pull) =>
            pull.allowed &&
            pull.approved &&
            changeSet(pull.before, pull.after).some(
              (other) =>
                other.kind === change.kind &&
                other.after.file === change.after.file &&
                sameMeaning(other.after, change.after) &&
                (other.kind === 'added' ||
                  change.kind === 'added' ||
                  sameMeaning(other.before, change.before)),
            ),
        );
        expect(verdict.kind).toBe(entitled ? 'approved' : 'refused');
        if (verdict.kind === 'approved') expect(verdict.request.duration).toBe(change.after.duration);
      }
    }),
  );
});

function requestOf({ request, duration }: ExpandedEntry): ResolvedRequest {
  return { reason: request.reason, duration } as ResolvedRequest;
}
