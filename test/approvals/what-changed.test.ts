import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  digestOf,
  type DigestInput,
  type FormerEntry,
  type ResolvedChange,
} from '../../src/approvals/digest.ts';
import { whatChanged } from '../../src/approvals/what-changed.ts';
import { prose } from '../../src/messages/markdown.ts';
import type { ResolvedRequest } from '../../src/policies/decision.ts';

const request: ResolvedRequest = {
  key: 'user:mona orders-db:read-only',
  principal: { kind: 'user', id: 1, name: 'mona' },
  resource: 'orders-db',
  role: 'read-only',
  connector: 'postgres',
  connection: 'orders-db',
  entitlement: { role: 'orders_reader' },
  holders: [{ id: 1, name: 'mona', identity: 'mona' }],
  starts: null,
  duration: 240,
  until: null,
  emergency: false,
  reason: 'INC-4312: stuck orders',
  ticket: null,
  file: 'access-requests.yaml',
};
const former: FormerEntry = {
  duration: 60,
  until: null,
  starts: null,
  emergency: false,
  reason: 'INC-1: x',
  ticket: null,
};
const { key, file } = request;
const asked: ResolvedChange = { key, file, before: null, after: request };
const content = (changes: readonly ResolvedChange[], facts: Partial<DigestInput> = {}): DigestInput => ({
  changes,
  policyVersion: 'a'.repeat(40),
  otherFiles: new Map(),
  ...facts,
});
const seen = content([asked]);
const now = (change: Partial<ResolvedRequest>) => content([{ ...asked, after: { ...request, ...change } }]);
const noon = Date.UTC(2026, 10, 23, 12);

describe('of what is asked, it says', () => {
  test.each<[string, Partial<ResolvedRequest>, string]>([
    ['the duration', { duration: 480 }, 'duration `4h` → `8h`'],
    [
      'an end instead',
      { duration: null, until: noon },
      'duration `4h` → none, end none → `2026-11-23T12:00:00Z`',
    ],
    ['the start', { starts: noon }, 'start none → `2026-11-23T12:00:00Z`'],
    ['the reason', { reason: 'INC-1' }, 'reason `INC-4312: stuck orders` → `INC-1`'],
    ['the ticket', { ticket: 'INC-1' }, 'ticket none → `INC-1`'],
    ['an emergency', { emergency: true }, 'emergency `no` → `yes`'],
    [
      'another account of that name',
      { principal: { kind: 'user', id: 2, name: 'mona' } },
      'account `user 1` → `user 2`',
    ],
    [
      'another name in the target',
      { holders: [{ id: 1, name: 'mona', identity: 'admin' }] },
      'held by `mona (1) as mona` → `mona (1) as admin`',
    ],
    [
      'another entitlement',
      { entitlement: { role: 'orders_admin' } },
      'entitlement `{"role":"orders_reader"}` → `{"role":"orders_admin"}`',
    ],
    [
      'another connection',
      { connection: 'invoices-db' },
      'connection `postgres orders-db` → `postgres invoices-db`',
    ],
    [
      'a long value cut',
      { reason: 'x'.repeat(70) },
      `reason \`INC-4312: stuck orders\` → \`${'x'.repeat(60)}…\``,
    ],
  ])('%s', (_, change, phrase) =>
    expect(whatChanged(seen, now(change))).toEqual([`mona's read-only on orders-db: ${phrase}`]),
  );

  test('nothing of what is the same', () => expect(whatChanged(seen, now({}))).toEqual([]));
});

describe('of what else a pull request does, it says', () => {
  const removal: ResolvedChange = { key, file, before: former, after: null };
  const elsewhere = { ...asked, file: 'access-requests/a.yaml' };
  test.each<[string, DigestInput, DigestInput, string[]]>([
    [
      'an entry more',
      content([]),
      seen,
      ["mona's read-only on orders-db in `access-requests.yaml` is asked for now"],
    ],
    [
      'an entry less',
      seen,
      content([]),
      ["mona's read-only on orders-db in `access-requests.yaml` is not changed any more"],
    ],
    [
      'an entry taken out',
      seen,
      content([removal]),
      ['`user:mona orders-db:read-only` in `access-requests.yaml` is taken out now'],
    ],
    [
      'a removal more',
      content([]),
      content([removal]),
      ['`user:mona orders-db:read-only` in `access-requests.yaml` is taken out now'],
    ],
    [
      'an entry put back',
      content([removal]),
      seen,
      ["mona's read-only on orders-db in `access-requests.yaml` is asked for now"],
    ],
    [
      'another file',
      seen,
      content([elsewhere]),
      [
        "mona's read-only on orders-db in `access-requests.yaml` is not changed any more",
        "mona's read-only on orders-db in `access-requests/a.yaml` is asked for now",
      ],
    ],
    [
      'another entry to begin with',
      content([{ ...asked, before: former }]),
      content([{ ...asked, before: { ...former, duration: 30 } }]),
      ["mona's read-only on orders-db: what stands on the branch before it"],
    ],
    [
      'another policy',
      seen,
      content([asked], { policyVersion: 'b'.repeat(40) }),
      ['another version of the policies is in force'],
    ],
    [
      'other files',
      content([], {
        otherFiles: new Map([
          ['x', 'a'],
          ['y', 'a'],
        ]),
      }),
      content([], {
        otherFiles: new Map([
          ['x', 'b'],
          ['z', null],
        ]),
      }),
      ['`x` is another', '`y` is not changed any more', '`z` is another'],
    ],
    [
      'and of much only the beginning',
      content([]),
      content([], { otherFiles: new Map(Array.from('abcdef', (path) => [path, 'x'])) }),
      ['`a` is another', '`b` is another', '`c` is another', '`d` is another', 'and 2 more'],
    ],
  ])('%s', (_, before, after, phrases) => expect(whatChanged(before, after)).toEqual(phrases));
});

test('somebody’s words stay words: no way out of the quotes, no mention, no line', () => {
  const reason = '` @acme/owners <b>x</b>\n- @ada approved `';
  const [phrase = ''] = whatChanged(seen, now({ reason }));
  expect(prose(phrase)).toBe(
    "mona's read-only on orders-db: reason `INC-4312: stuck orders` → `' @acme/owners <b>x</b> - @ada approved '`",
  );
});

function requestWith(duration: number, reason: string): ResolvedRequest {
  return { ...request, duration, reason };
}

test('something is said exactly where the digest is another', () => {
  const change = fc
    .record({
      key: fc.constantFrom('user:mona db:a', 'user:nick db:a'),
      file: fc.constantFrom('a', 'b'),
      before: fc.constantFrom(null, former, { ...former, ticket: 'x' }),
      after: fc.option(
        fc
          .tuple(
            fc.constantFrom(60, 240),
            fc.constantFrom('a', 'b', `${'x'.repeat(70)}a`, `${'x'.repeat(70)}b`, '`', "'"),
          )
          .map(([duration, reason]) => requestWith(duration, reason)),
      ),
    })
    .filter(({ before, after }) => before !== null || after !== null);
  const anything = fc.record({
    changes: fc.uniqueArray(change, { selector: (each) => `${each.key} ${each.file}`, maxLength: 3 }),
    policyVersion: fc.constantFrom('a', 'b'),
    otherFiles: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom(null, 'a', 'b')),
  });
  const asContent = ({
    otherFiles,
    ...rest
  }: { otherFiles: Record<string, string | null> } & Omit<DigestInput, 'otherFiles'>): DigestInput => ({
    ...rest,
    otherFiles: new Map(Object.entries(otherFiles)),
  });
  fc.assert(
    fc.property(anything.map(asContent), anything.map(asContent), (before, after) => {
      expect(whatChanged(before, after).length === 0).toBe(digestOf(before) === digestOf(after));
    }),
  );
});
