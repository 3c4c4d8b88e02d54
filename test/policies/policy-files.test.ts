import { describe, expect, test } from 'vitest';
import { codesAt, policiesOf, resourceText } from './acme.ts';

const db = { 'resources/db.yaml': resourceText() };

describe('a resource file', () => {
  test.each([
    ['nothing wrong', resourceText(), []],
    ['empty', '', ['1:1 missing-key', '1:1 missing-key', '1:1 missing-key']],
    ['a list', '- db', ['1:1 wrong-type']],
    ['no YAML', 'resource: [', ['1:12 yaml-syntax']],
    ['an unknown key', resourceText('max_durations: 4h'), ['9:5 unknown-key']],
    ['a missing key', resourceText().replace('description: A database\n', ''), ['1:1 missing-key']],
    [
      'another name than its file',
      resourceText().replace('resource: db', 'resource: bd'),
      ['1:11 invalid-name'],
    ],
    ['a number for a name', resourceText().replace('resource: db', 'resource: 1e3'), ['1:11 wrong-type']],
    ['a role with an odd name', resourceText().replace('ro:', 'RO:'), ['6:3 invalid-name']],
    ['a role named null', resourceText().replace('ro:', 'null:'), ['6:3 wrong-type']],
    [
      'no entitlement',
      resourceText().replace('    entitlement: { role: reader }\n', ''),
      ['7:5 missing-key'],
    ],
    ['no longest time', resourceText().replace('    max_duration: 8h\n', ''), ['7:5 missing-key']],
    [
      'no connector and no connection',
      resourceText().replace(/connector: .*\nconnection: .*\n/, ''),
      ['1:1 missing-key', '1:1 missing-key'],
    ],
    [
      'an unknown connector',
      resourceText().replace('connector: database', 'connector: databse'),
      ['3:12 invalid-entitlement'],
    ],
    [
      'an unknown word of the connector',
      resourceText().replace('role: reader', 'rolle: reader'),
      ['7:18 invalid-entitlement', '7:20 invalid-entitlement'],
    ],
    [
      'an entitlement of another kind',
      resourceText().replace('{ role: reader }', 'reader'),
      ['7:18 invalid-entitlement'],
    ],
    ['only roles off limits', 'resource: db\ndescription: D\nroles:\n  drop: { off_limits: ask us }\n', []],
    ['an empty role', 'resource: db\ndescription: D\nroles:\n  drop:\n', ['4:8 wrong-type']],
    ['a team without its sign', resourceText('requesters: [acme/x]'), ['9:18 invalid-name']],
    ['an address for a person', resourceText('requesters: ["mona@acme.com"]'), ['9:18 invalid-name']],
    ['principals as one word', resourceText('principals: mona'), ['9:17 wrong-type']],
    ['principals of all kinds', resourceText('principals: ["@mona", "@acme/x", "service_account:bot"]'), []],
    ['an odd principal in the list', resourceText('principals: ["@mona", "bot"]'), ['9:27 invalid-name']],
    ['no duration', resourceText('min_duration: 1 hour'), ['9:19 invalid-duration']],
    ['a default longer than the longest', resourceText('default_duration: 9h'), ['9:23 duration-too-long']],
    ['a shortest longer than the longest', resourceText('min_duration: 9h'), ['9:19 duration-too-long']],
    ['a pattern that is none', resourceText('reason: { pattern: "(" }'), ['9:24 invalid-pattern']],
    ['a pattern that looks ahead', resourceText('reason: { pattern: "(?=a)b" }'), ['9:24 invalid-pattern']],
    ['a pattern without its key', resourceText('reason: "INC-.*"'), ['9:13 wrong-type']],
    [
      'hours',
      resourceText('hours: { timezone: Europe/Berlin, days: [mon], from: "08:00", to: "18:00" }'),
      [],
    ],
    [
      'hours without quotes',
      resourceText('hours: { timezone: UTC, days: [mon], from: 08:00, to: 18:00 }'),
      [],
    ],
    [
      'hours of no day',
      resourceText('hours: { timezone: UTC, days: [], from: "08:00", to: "18:00" }'),
      ['9:35 wrong-type'],
    ],
    [
      'hours of an unknown zone',
      resourceText('hours: [{ timezone: Mars/Base, days: [mon], from: "08:00", to: "18:00" }]'),
      ['9:25 invalid-name'],
    ],
    [
      'hours of a fixed offset',
      resourceText('hours: { timezone: "+01:00", days: [mon], from: "08:00", to: "18:00" }'),
      ['9:24 invalid-name'],
    ],
    [
      'hours past midnight by an odd time',
      resourceText('hours: { timezone: UTC, days: [mon], from: "8:00", to: "24:00" }'),
      ['9:48 invalid-instant', '9:60 invalid-instant'],
    ],
    [
      'hours that are empty',
      resourceText('hours: { timezone: UTC, days: [mon], from: "08:00", to: "08:00" }'),
      ['9:61 end-before-start'],
    ],
    [
      'an unknown weekday',
      resourceText('hours: { timezone: UTC, days: [monday], from: "08:00", to: "18:00" }'),
      ['9:36 wrong-type'],
    ],
    [
      'approvals',
      resourceText(
        'approvals:\n  - { from: ["@acme/x"], count: 2 }\n  - { from: ["@mona"], after: previous }',
      ),
      [],
    ],
    ['approvals from nobody', resourceText('approvals: [{ from: [] }]'), ['9:25 wrong-type']],
    ['no approval at all', resourceText('approvals: [{ from: ["@mona"], count: 0 }]'), ['9:43 wrong-type']],
    ['half an approval', resourceText('approvals: [{ from: ["@mona"], count: 1.5 }]'), ['9:43 wrong-type']],
    ['an unknown requirement', resourceText('require: [two-factor]'), ['9:15 wrong-type']],
    ['a word for true', resourceText('distinct: yes'), ['9:15 wrong-type']],
    [
      'half an emergency',
      resourceText('emergency: { requesters: ["@mona"], max_duration: 1h }'),
      ['9:16 missing-key'],
    ],
    [
      'a conflict with nothing',
      `conflicts: ["db:rw", "bd:ro", "db"]\n${resourceText()}`,
      ['1:31 invalid-name'],
    ],
    [
      'a conflict with what is nowhere',
      `conflicts: ["db:rw", "bd:ro", "db:ro"]\n${resourceText()}`,
      ['1:13 unknown-role', '1:22 unknown-resource'],
    ],
    ['an alias', resourceText('requesters: &all ["@acme"]'), ['9:17 alias-not-allowed']],
    [
      'all the other keys',
      resourceText(
        'description: D',
        'requesters: []',
        'max_continuous: 1d',
        'max_ahead: 2d',
        'ticket: { pattern: "T-[0-9]+", hint: a ticket }',
        'quota: { active_per_principal: 1, active: 2, per_30_days: 3, cooldown: 1h }',
        'require: [two_factor, signed_commits]',
        'owners: file',
        'distinct: false',
        'when: "true"',
        'auto_approve: "false"',
        'emergency: { requesters: ["@mona"], max_duration: 1h, review_within: 30m }',
        'remind_before: 15m',
      ),
      [],
    ],
  ])('%s', (_, text, expected) => {
    const { policies, violations } = policiesOf({ 'resources/db.yaml': text });
    expect(codesAt(violations)).toEqual(expected);
    expect([...policies.broken]).toEqual(expected.length === 0 ? [] : ['access-policies/resources/db.yaml']);
    expect(policies.resources.has('db')).toBe(expected.length === 0);
  });
});

describe('the other files', () => {
  test.each([
    ['settings.yaml', '', []],
    ['settings.yaml', 'merge: when_approved\npending_for: 3d\nrequesters: ["@acme"]\n', []],
    ['settings.yaml', 'merge: automatic\n', ['1:8 wrong-type']],
    ['settings.yaml', 'freeze: [{ from: 2026-12-24, to: 2026-12-27T00:00:00Z }]\n', ['1:18 invalid-instant']],
    [
      'settings.yaml',
      'freeze: [{ from: 2026-12-24T00:00:00Z, to: 2026-12-23T00:00:00Z }]\n',
      ['1:44 end-before-start'],
    ],
    [
      'settings.yaml',
      'freeze: [{ from: 2026-12-24T00:00:00Z, to: 2026-12-25T00:00:00Z, except: ["db:rw"] }]\n',
      ['1:75 unknown-role'],
    ],
    ['settings.yaml', 'revert: { mode: each, rolling_above: 0 }\n', ['1:38 wrong-type']],
    ['settings.yaml', 'drift: { db: ignore }\n', ['1:14 wrong-type']],
    [
      'templates.yaml',
      'templates:\n  t: { resource: db, role: ro, duration: 1h, for: ["@acme/x"], description: "D" }\n',
      [],
    ],
    ['templates.yaml', 'templates:\n  t: { resource: db }\n', ['2:6 missing-key']],
    ['templates.yaml', 'templates:\n  t: { resource: bd, role: ro }\n', ['2:18 unknown-resource']],
    ['templates.yaml', 'templates:\n  t: { resource: db, role: r }\n', ['2:28 unknown-role']],
    [
      'identities.yaml',
      'people:\n  - { id: 1, login: mona, names: { db: m } }\nservice_accounts:\n  - { name: bot, owner: "@mona", names: { db: b } }\n',
      [],
    ],
    ['identities.yaml', 'people:\n  - { id: "1", login: mona, names: {} }\n', ['2:11 wrong-type']],
    [
      'identities.yaml',
      'people:\n  - { id: 1, login: mona, names: { db: m } }\n  - { id: 1, login: lisa, names: { db: l } }\n',
      ['3:11 duplicate-key'],
    ],
    [
      'identities.yaml',
      'people:\n  - { id: 1, login: mona, names: { db: m } }\n  - { id: 2, login: lisa, names: { db: m } }\n',
      ['3:40 duplicate-key'],
    ],
    [
      'identities.yaml',
      'people:\n  - { id: 1, login: mona, names: { db: m } }\nservice_accounts:\n  - { name: b, owner: "@mona", names: { db: m } }\n',
      ['4:45 duplicate-key'],
    ],
    ['identities.yaml', 'default: { db: app }\n', ['1:16 invalid-name']],
    ['identities.yaml', 'default: { db: "{login}", __proto__: "{login}" }\n', ['1:27 unknown-key']],
    ['identities.yml', '', ['1:1 wrong-extension']],
    ['Settings.yaml', '', ['1:1 wrong-extension']],
    ['resources/team/db.yaml', '', ['1:1 wrong-extension']],
    ['tests/any.yaml', 'not read', []],
    ['README.md', 'not read', []],
  ])('%s: %j', (name, text, expected) => {
    const { policies, violations } = policiesOf({ ...db, [name]: text });
    expect(codesAt(violations)).toEqual(expected);
    expect([...policies.broken]).toEqual(expected.length === 0 ? [] : [`access-policies/${name}`]);
    expect(policies.resources.has('db')).toBe(true);
  });
});

test('nothing is blamed for what stands in a file with errors of its own', () => {
  const { violations } = policiesOf({
    'resources/db.yaml': 'resource: [',
    'templates.yaml': 'templates:\n  t: { resource: db, role: ro }\n',
  });
  expect(violations.map(({ file }) => file)).toEqual(['access-policies/resources/db.yaml']);
});

test('defaults are those of the formats', () => {
  const { policies } = policiesOf(db);
  expect(policies.settings).toMatchObject({
    merge: 'manual',
    pendingFor: 10_080,
    approvalValidFor: 10_080,
    freeze: [],
  });
  expect(policies.settings.revert).toEqual({ mode: 'each', rollingAbove: 20 });
  expect(policies.resources.get('db')?.roles.get('ro')).toEqual({
    kind: 'open',
    name: 'ro',
    place: { file: 'access-policies/resources/db.yaml', line: 7, column: 5 },
    entitlement: { role: 'reader' },
    principals: 'requester',
    maxDuration: 480,
    maxContinuous: 480,
    maxAhead: 20_160,
    owners: 'both',
    approvals: [],
    distinct: true,
    hours: [],
    require: [],
  });
});

test('every value of a full role arrives', () => {
  const { policies } = policiesOf({
    'resources/db.yaml': resourceText(
      'requesters: ["@acme/x"]',
      'approvals: [{ from: ["@acme/y"], count: 2, after: previous }]',
      'hours: { timezone: UTC, days: [mon], from: "08:00", to: "18:00" }',
      'reason: { pattern: "INC-.*", hint: h }',
      'quota: { per_30_days: 3, cooldown: 1h }',
      'emergency: { requesters: ["@mona"], max_duration: 1h, review_within: 30m }',
    ),
  });
  expect(policies.resources.get('db')?.roles.get('ro')).toMatchObject({
    requesters: ['@acme/x'],
    approvals: [
      {
        from: ['@acme/y'],
        count: 2,
        after: 'previous',
        place: { file: 'access-policies/resources/db.yaml', line: 10, column: 17 },
      },
    ],
    hours: [{ timezone: 'UTC', days: ['mon'], from: '08:00', to: '18:00' }],
    reason: { pattern: 'INC-.*', hint: 'h' },
    quota: { per30Days: 3, cooldown: 60 },
    emergency: { requesters: ['@mona'], maxDuration: 60, reviewWithin: 30 },
  });
});

test('a word that is nearly right is suggested', () => {
  const { violations } = policiesOf({ 'resources/db.yaml': resourceText('maxduration: 4h', 'zzz: 1') });
  expect(violations.map(({ remedy }) => remedy)).toEqual([
    'Did you mean `max_duration`?',
    expect.stringContaining('Use one of `approvals`'),
  ]);
});
