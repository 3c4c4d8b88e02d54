import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  digestOf,
  resolvedChanges,
  type DigestInput,
  type FormerEntry,
  type ResolvedChange,
} from '../../src/approvals/digest.ts';
import type { Decision, ResolvedRequest } from '../../src/policies/decision.ts';
import type { ExpandedEntry } from '../../src/requests/access-request.ts';

const request: ResolvedRequest = {
  key: 'user:mona orders-db:read-only',
  principal: { kind: 'user', id: 1, name: 'mona' },
  resource: 'orders-db',
  role: 'read-only',
  connector: 'postgres',
  connection: 'orders-db',
  entitlement: { role: 'orders_reader', options: { inherit: true } },
  holders: [{ id: 1, name: 'mona', identity: 'mona_h' }],
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

const extension: ResolvedChange = { key: request.key, file: request.file, before: former, after: request };
const removal: ResolvedChange = {
  key: 'user:hubot orders-db:admin',
  file: request.file,
  before: former,
  after: null,
};
const input: DigestInput = {
  changes: [extension, removal],
  policyVersion: 'a'.repeat(40),
  otherFiles: new Map([
    ['README.md', 'b'.repeat(40)],
    ['old.md', null],
  ]),
};
const digest = digestOf(input);

test('the digest is a SHA-256 over canonical JSON', () => {
  expect(digest).toBe('sha256:23d6049f53584de0adb1df321bab01793d4336a1714036e62e011babe958b2b1');
});

const after = (change: Partial<ResolvedRequest>): DigestInput => ({
  ...input,
  changes: [{ ...extension, after: { ...request, ...change } }, removal],
});
const before = (change: Partial<FormerEntry>): DigestInput => ({
  ...input,
  changes: [{ ...extension, before: { ...former, ...change } }, removal],
});

describe('another digest comes of another', () => {
  test.each<[string, DigestInput]>([
    ['principal', after({ principal: { kind: 'user', id: 2, name: 'mona' } })],
    ['kind of principal', after({ principal: { kind: 'team', id: 1, name: 'mona' } })],
    ['resource', after({ resource: 'invoices-db' })],
    ['role', after({ role: 'admin' })],
    ['connector', after({ connector: 'mysql' })],
    ['connection', after({ connection: 'invoices-db' })],
    ['entitlement', after({ entitlement: { role: 'orders_reader', options: { inherit: false } } })],
    ['target identity', after({ holders: [{ id: 1, name: 'mona', identity: 'mona' }] })],
    [
      'member of a team',
      after({
        holders: [
          { id: 1, name: 'mona', identity: 'mona_h' },
          { id: 2, name: 'hubot', identity: 'hubot' },
        ],
      }),
    ],
    ['start', after({ starts: 1 })],
    ['duration', after({ duration: 241 })],
    ['end', after({ duration: null, until: 240 })],
    ['emergency flag', after({ emergency: true })],
    ['reason', after({ reason: 'INC-4312: stuck orders.' })],
    ['ticket', after({ ticket: 'INC-4312' })],
    ['file', { ...input, changes: [{ ...extension, file: 'access-requests/a.yaml' }, removal] }],
    ['former duration', before({ duration: 30 })],
    ['former end', before({ duration: null, until: 1 })],
    ['former start', before({ starts: 1 })],
    ['former reason', before({ reason: 'INC-1: y' })],
    ['former ticket', before({ ticket: 'INC-1' })],
    ['former emergency flag', before({ emergency: true })],
    ['kind of change', { ...input, changes: [{ ...extension, before: null }, removal] }],
    ['number of changes', { ...input, changes: [extension] }],
    ['policy version', { ...input, policyVersion: 'c'.repeat(40) }],
    ['content of another file', { ...input, otherFiles: new Map([...input.otherFiles, ['README.md', 'd']]) }],
    ['fate of another file', { ...input, otherFiles: new Map([...input.otherFiles, ['README.md', null]]) }],
    ['file besides', { ...input, otherFiles: new Map([...input.otherFiles, ['x', 'd']]) }],
    ['name of another file', { ...input, otherFiles: new Map([['__proto__', 'b'.repeat(40)]]) }],
  ])('%s', (_, changed) => expect(digestOf(changed)).not.toBe(digest));
});

test('the order of changes, files and keys makes no difference', () => {
  const reversed = Object.fromEntries(Object.entries(request).toReversed()) as unknown as ResolvedRequest;
  fc.assert(
    fc.property(
      fc.shuffledSubarray([{ ...extension, after: reversed }, removal], { minLength: 2 }),
      fc.shuffledSubarray([...input.otherFiles], { minLength: 2 }),
      (changes, files) => {
        expect(digestOf({ ...input, changes, otherFiles: new Map(files) })).toBe(digest);
      },
    ),
  );
});

test('any other value of what is asked is another digest', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(digestOf(after({ reason: one })) === digestOf(after({ reason: other }))).toBe(one === other);
    }),
  );
});

const decision = (change: Decision['change'], resolved?: ResolvedRequest): Decision => ({
  change,
  violations: [],
  approvals: [],
  distinct: true,
  ...(resolved && { request: resolved }),
});

describe('the changes of decisions', () => {
  const place = { file: request.file, line: 2, column: 5 };
  const entry: ExpandedEntry = {
    request: {
      principal: { kind: 'user', name: 'mona' },
      asks: { resource: 'orders-db', role: 'read-only' },
      duration: 60,
      reason: 'INC-1: x',
      emergency: false,
    },
    resource: 'orders-db',
    role: 'read-only',
    duration: 60,
    file: request.file,
    start: place,
    places: {},
  };
  const { key } = request;

  test('are each entry before and after', () => {
    expect(
      resolvedChanges([
        decision({ kind: 'changed', key, before: entry, after: entry }, request),
        decision({ kind: 'added', key, after: entry }, request),
        decision({ kind: 'removed', key, before: entry }),
      ]),
    ).toEqual([extension, { ...extension, before: null }, { ...extension, after: null }]);
  });

  test('are open while it is open what one of them would grant', () => {
    const removed = decision({ kind: 'removed', key, before: entry });
    expect(resolvedChanges([removed, decision({ kind: 'added', key, after: entry })])).toBeUndefined();
  });
});
