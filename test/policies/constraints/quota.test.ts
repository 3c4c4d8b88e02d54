import { describe, expect, test } from 'vitest';
import { expand } from '../../../src/requests/expand.ts';
import { parseRequestsFile } from '../../../src/requests/requests-file.ts';
import type { EvaluationContext } from '../../../src/policies/evaluation.ts';
import { hasErrors } from '../../../src/requests/violation.ts';
import { decide, entryText, resourceText } from '../acme.ts';
import { grant, runningFor } from '../past-grants.ts';

const rw = '  rw:\n    entitlement: { role: writer }\n    max_duration: 8h\n';
const hubot: [string, number] = ['hubot', 2];

function errors(quota: string, context: Partial<EvaluationContext>, ...entry: string[]): string[] {
  const files = { 'resources/db.yaml': resourceText(`quota: ${quota}`) + rw };
  const { violations } = decide(files, entryText(...(entry.length > 0 ? entry : ['user: mona'])), context);
  return violations.filter((found) => hasErrors([found])).map(({ code, message }) => `${code} ${message}`);
}

const asked = (...texts: string[]) => ({
  alsoAsked: texts.flatMap((text) => expand(parseRequestsFile('f', text).entries, new Map()).entries),
});

describe('at the same time', () => {
  const live = grant({ role: 'rw', from: -1, until: 5 });
  const limit = '{ active_per_principal: 1 }';
  test.each([
    ['nothing', limit, { history: [] }, false],
    ['another role', limit, { history: [live] }, true],
    ['another role that is over', limit, { history: [{ ...live, live: false }] }, false],
    ['a role of somebody else', limit, { history: [grant({ role: 'rw', who: hubot })] }, false],
    [
      'a role of an account that had the name',
      limit,
      { history: [grant({ role: 'rw', who: ['mona', 9] })] },
      false,
    ],
    [
      'a role of a team with the same number',
      limit,
      { history: [{ ...live, principal: { kind: 'team' as const, id: 1, name: 'mona' } }] },
      false,
    ],
    ['a role elsewhere', limit, { history: [{ ...live, resource: 'other' }] }, false],
    ['a role whose end is overdue', limit, { history: [grant({ role: 'rw', from: -5, until: -1 })] }, true],
    [
      'a role that begins when this one is over',
      limit,
      { history: [grant({ role: 'rw', from: 1, until: 2 })] },
      false,
    ],
    ['two where two may be', '{ active_per_principal: 2 }', { history: [live] }, false],
    [
      'what the entry extends',
      limit,
      { history: [grant({ from: -1, until: 1 })], runningSince: runningFor(1) },
      false,
    ],
    ['the role by others', '{ active: 2 }', { history: [grant({ who: hubot, until: 1 })] }, false],
    [
      'the role by too many others',
      '{ active: 2 }',
      { history: [grant({ who: hubot, until: 1 }), grant({ who: ['lisa', 3], until: 1 })] },
      true,
    ],
  ])('%s', (_, quota, context, expected) => {
    expect(errors(quota, context).length > 0).toBe(expected);
  });

  test('entries of one pull request count against each other, and against nothing twice', () => {
    const other = entryText('role: rw');
    const history = [grant({ role: 'rw', until: 5 })];
    expect(errors(limit, { history: [], ...asked(other) })).toHaveLength(1);
    expect(errors(limit, { history: [], ...asked(entryText('user: MONA')) })).toEqual([]);
    expect(errors('{ active_per_principal: 2 }', { history, ...asked(other) })).toEqual([]);
    expect(errors('{ active: 1 }', { history: [], ...asked(entryText('user: hubot')) })).toHaveLength(1);
    expect(
      errors('{ active: 1 }', { history: [], held: asked(entryText('user: hubot')).alsoAsked }),
    ).toHaveLength(1);
  });
});

describe('within 30 days', () => {
  const day = 24;
  const limit = '{ per_30_days: 2 }';
  const lately = [grant({ from: -29 * day, ended: -28 * day }), grant({ from: -2 * day, ended: -day })];
  test.each([
    ['one before', lately.slice(1), false],
    ['two before', lately, true],
    ['one of them longer ago', [grant({ from: -30 * day, ended: -day }), ...lately.slice(1)], false],
    ['one of another role', [grant({ role: 'rw', from: -day, ended: -1 }), ...lately.slice(1)], false],
    ['one of somebody else', [grant({ who: hubot, from: -day, ended: -1 }), ...lately.slice(1)], false],
  ])('%s', (_, history, expected) => {
    expect(errors(limit, { history }).length > 0).toBe(expected);
  });

  test('an extension is no further one, and no start to come is one yet', () => {
    const running = grant({ from: -1, until: 1 });
    expect(errors('{ per_30_days: 1 }', { history: [running], runningSince: runningFor(1) })).toEqual([]);
    expect(errors('{ per_30_days: 1 }', { history: [grant({ from: 1, until: 2 })] })).toEqual([]);
  });
});

test.each([null, undefined])('a quota that cannot be counted refuses: %s', (history) => {
  const context = history === null ? { history } : {};
  expect(errors('{ active: 1 }', context)).toEqual([
    'condition-failed ro has a quota, and what was granted before is not known.',
  ]);
  expect(errors('{}', context)).toEqual([]);
  expect(errors('{ active: 1 }', { ...context, directory: null, requester: null })).toEqual([]);
});

test('the sentence says how many there would be', () => {
  expect(errors('{ active: 1 }', { history: [grant({ who: hubot, until: 1 })] })).toEqual([
    'quota-exceeded 2 principals would hold ro on db at the same time; the quota is 1.',
  ]);
});

describe('within the cooldown', () => {
  const again = (ended: number, hours: number, more: Partial<EvaluationContext> = {}) =>
    errors(
      '{ cooldown: 1h }',
      { history: [grant({ from: ended - 4, until: ended, ended })], ...more },
      `duration: ${hours}h`,
    ).map((found) => found.split(' ')[0]);

  test.each([
    ['together not too long', -0.5, 3, []],
    ['together too long', -0.5, 4, ['cooldown']],
    ['after the cooldown', -1, 8, []],
    ['too long by itself', -0.5, 9, ['duration-too-long']],
  ])('%s', (_, ended, hours, expected) => {
    expect(again(ended, hours)).toEqual(expected);
  });

  test('a start that an edit puts off counts for nothing', () => {
    const history = [grant({ from: 1, until: 5 })];
    const later = errors('{ cooldown: 1h }', { history }, 'starts: 2026-11-23T15:30:00Z', 'duration: 8h');
    expect(later).toEqual([]);
  });

  test('a chain of short grants counts as one', () => {
    const history = [-7, -5, -3, -1].map((from) => grant({ from, ended: from + 1.5 }));
    expect(again(0, 1, { history })).toEqual([]);
    expect(again(0, 2, { history })).toEqual(['cooldown']);
  });

  test('an extension counts what ended before the grant that it extends', () => {
    const history = [grant({ from: -8, ended: -2 }), grant({ from: -1.5, until: 0.5 })];
    const runningSince = runningFor(1.5);
    const found = errors('{ cooldown: 1h }', { history, runningSince }, 'until: 2026-11-23T10:30:00Z');
    expect(found).toEqual([
      'cooldown Less than 1h after the access before, this counts as one with it: 8h30m since 2026-11-23T02:00:00Z; at most 8h is allowed.',
    ]);
  });
});
