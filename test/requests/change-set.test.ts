import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestKey, type ExpandedEntry } from '../../src/requests/access-request.ts';
import { changeSet } from '../../src/requests/change-set.ts';
import { expand } from '../../src/requests/expand.ts';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';

const templates = new Map([['t', { resource: 'db', role: 'ro', duration: 60 }]]);

function entries(...texts: readonly string[]) {
  return texts.flatMap((text, index) => {
    const parsed = parseRequestsFile(`access-requests/${index}.yaml`, `requests: [${text}]`);
    expect(parsed.violations).toEqual([]);
    return expand(parsed.entries, templates).entries;
  });
}

const mona = '{ user: mona, resource: db, role: ro, duration: 4h, reason: x }';
const hubot = '{ user: hubot, resource: db, role: ro, duration: 4h, reason: x }';
const change = (before: string, after: string) =>
  changeSet(entries(before), entries(after)).map(({ kind, key }) => `${kind} ${key}`);

test.each([
  ['nothing', mona, mona, []],
  ['an entry more', hubot, `${hubot}, ${mona}`, ['added user:mona db:ro']],
  ['an entry less', `${mona}, ${hubot}`, hubot, ['removed user:mona db:ro']],
  ['another order', `${mona}, ${hubot}`, `${hubot}, ${mona}`, []],
  ['the same duration in other words', mona, mona.replace('4h', 'PT240M'), []],
  [
    'quotes and order of keys',
    mona,
    '{ "reason": x, user: "mona", role: ro, resource: db, duration: 4h }',
    [],
  ],
  ['another case of the login', mona, mona.replace('mona', 'MONA'), []],
  ['another duration', mona, mona.replace('4h', '5h'), ['changed user:mona db:ro']],
  ['another reason', mona, mona.replace('x }', 'y }'), ['changed user:mona db:ro']],
  ['a ticket', mona, mona.replace('}', ', ticket: T }'), ['changed user:mona db:ro']],
  ['an emergency', mona, mona.replace('}', ', emergency: true }'), ['changed user:mona db:ro']],
  ['no emergency, said', mona, mona.replace('}', ', emergency: false }'), []],
  ['a start', mona, mona.replace('}', ', starts: 2026-11-23T09:00:00Z }'), ['changed user:mona db:ro']],
  [
    'an end in place of a duration',
    mona,
    mona.replace('duration: 4h', 'until: 2026-11-23T09:00:00Z'),
    ['changed user:mona db:ro'],
  ],
  [
    'another offset of one instant',
    mona.replace('duration: 4h', 'until: 2026-11-23T09:00:00Z'),
    mona.replace('duration: 4h', 'until: 2026-11-23T10:00:00+01:00'),
    [],
  ],
  ['another role', mona, mona.replace('ro,', 'rw,'), ['removed user:mona db:ro', 'added user:mona db:rw']],
  [
    'a template in place of what it stands for',
    mona,
    '{ user: mona, template: t, duration: 4h, reason: x }',
    ['changed user:mona db:ro'],
  ],
])('%s', (_, before, after, expected) => {
  expect(change(before, after)).toEqual(expected);
});

test('an entry that moves to another file is a removal and an addition', () => {
  const moved = changeSet(entries(mona, ''), entries('', mona));
  expect(
    moved.map((each) => [each.kind, each.kind === 'added' ? each.after.file : each.before.file]),
  ).toEqual([
    ['removed', 'access-requests/0.yaml'],
    ['added', 'access-requests/1.yaml'],
  ]);
});

interface Wish {
  readonly user: string;
  readonly role: string;
  readonly duration: string;
}

const read = (list: readonly Wish[]) =>
  entries(list.map((wish) => JSON.stringify({ ...wish, resource: 'db', reason: 'x' })).join(','));
const durations = (list: readonly ExpandedEntry[]) =>
  new Map(list.map((entry) => [requestKey(entry), entry.duration]));

test('applying the change set to the old version gives the new one', () => {
  const wish = fc.record({
    user: fc.constantFrom('a', 'b', 'c', 'd'),
    role: fc.constantFrom('ro', 'rw'),
    duration: fc.constantFrom('1h', '60m', '2h'),
  });
  const version = fc.uniqueArray(wish, { selector: ({ user, role }) => `${user} ${role}` });
  fc.assert(
    fc.property(version, version, (before, after) => {
      const result = durations(read(before));
      for (const each of changeSet(read(before), read(after))) {
        if (each.kind === 'removed') result.delete(each.key);
        else result.set(each.key, each.after.duration);
      }
      expect(result).toEqual(durations(read(after)));
    }),
    { numRuns: 50 },
  );
});
