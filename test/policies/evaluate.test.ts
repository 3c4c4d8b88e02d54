import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeSet } from '../../src/requests/change-set.ts';
import { expand } from '../../src/requests/expand.ts';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';
import { evaluate } from '../../src/policies/evaluate.ts';
import {
  codesAt,
  connectors,
  decide,
  directory,
  entryText,
  mona,
  now,
  policiesOf,
  resourceText,
} from './acme.ts';
import { grant } from './past-grants.ts';

const db = { 'resources/db.yaml': resourceText('approvals: [{ from: ["@acme/on-call"] }]') };

describe('what is asked for', () => {
  test.each([
    ['an unknown resource', 'resource: bd', ['2:15 unknown-resource']],
    ['an unknown role', 'role: or', ['2:11 unknown-role']],
    ['a role off limits', 'role: drop', ['2:11 off-limits']],
    ['a resource whose file has errors', 'resource: bad', ['2:15 unknown-resource']],
  ])('%s', (_, key, expected) => {
    const files = {
      'resources/db.yaml': `${resourceText()}  drop: { off_limits: ask us }\n`,
      'resources/bad.yaml': 'x: 1',
    };
    const { violations, request, approvals } = decide(files, entryText(key));
    expect(codesAt(violations)).toEqual(expected);
    expect(request).toBeUndefined();
    expect(approvals).toEqual([]);
  });

  test('a name that is nearly right is suggested', () => {
    expect(decide(db, entryText('resource: bd')).violations[0]?.remedy).toBe('Did you mean `db`?');
    expect(decide(db, entryText('role: r')).violations[0]?.remedy).toBe('Did you mean `ro`?');
  });

  test('off limits says what to do instead', () => {
    const files = {
      'resources/db.yaml': `${resourceText()}  drop: { off_limits: "use the change process" }\n`,
    };
    expect(decide(files, entryText('role: drop')).violations[0]?.remedy).toBe('use the change process');
  });
});

test('all violations are told at once, in order', () => {
  const { violations } = decide(
    { 'resources/db.yaml': resourceText('requesters: ["@acme/on-call"]', 'reason: { pattern: "INC-.*" }') },
    entryText('user: mona', 'duration: 30d'),
    { connections: new Map() },
  );
  expect(codesAt(violations)).toEqual([
    '2:11 not-a-requester',
    '3:15 duration-too-long',
    '4:15 connection-not-bound',
    '6:13 reason-mismatch',
  ]);
});

test('the decision says what would be granted, and who must approve', () => {
  const { request, policyFile, approvals, distinct, role } = decide(
    db,
    entryText('user: MONA', 'ticket: T-1'),
  );
  expect(request).toEqual({
    key: 'user:mona db:ro',
    principal: { kind: 'user', id: 1, name: 'mona' },
    resource: 'db',
    role: 'ro',
    connector: 'database',
    connection: 'db',
    entitlement: { role: 'reader' },
    holders: [{ id: 1, name: 'mona', identity: 'mona' }],
    starts: null,
    duration: 60,
    until: null,
    emergency: false,
    reason: 'because',
    ticket: 'T-1',
    file: 'access-requests.yaml',
  });
  expect(policyFile).toBe('access-policies/resources/db.yaml');
  expect(approvals).toMatchObject([{ from: ['@acme/on-call'], count: 1 }]);
  expect(distinct).toBe(true);
  expect(role).toEqual({ file: 'access-policies/resources/db.yaml', line: 7, column: 5 });
});

test("owners: file leaves the policy file's owners out", () => {
  expect(decide({ 'resources/db.yaml': resourceText('owners: file') }, entryText())).not.toHaveProperty(
    'policyFile',
  );
});

describe('what depends on a file with errors is refused', () => {
  test.each([
    ['settings.yaml', ['2:5 condition-failed']],
    ['identities.yaml', ['2:11 unmapped-principal']],
  ])('%s', (name, expected) => {
    const { violations, request } = decide({ ...db, [name]: 'x: 1' }, entryText('user: mona'));
    expect(codesAt(violations)).toEqual(expected);
    expect(request === undefined).toBe(name === 'identities.yaml');
  });
});

describe('the name that the target knows', () => {
  test.each([
    [
      'listed by id, whatever the login',
      'people: [{ id: 1, login: old-name, names: { db: mona_h } }]',
      'mona_h',
    ],
    ['by default', 'default: { db: "app_{login}" }', 'app_mona'],
    ['none', '', 'unmapped-principal'],
    [
      'listed for another connection',
      'people: [{ id: 1, login: mona, names: { ldap: m } }]',
      'unmapped-principal',
    ],
    [
      'taken by somebody listed',
      'people: [{ id: 2, login: hubot, names: { db: Mona } }]\ndefault: { db: "{login}" }',
      'unmapped-principal',
    ],
    [
      'taken by a service account',
      'service_accounts: [{ name: b, owner: "@mona", names: { db: mona } }]\ndefault: { db: "{login}" }',
      'unmapped-principal',
    ],
  ])('%s', (_, text, expected) => {
    const { violations, request } = decide({ ...db, 'identities.yaml': text }, entryText());
    expect(request?.holders[0]?.identity ?? violations[0]?.code).toBe(expected);
  });

  test('of a service account', () => {
    const files = {
      'resources/db.yaml': resourceText('principals: ["service_account:bot"]'),
      'identities.yaml': 'service_accounts: [{ name: bot, owner: "@mona", names: { db: bot_role } }]',
    };
    const text = entryText('service_account: bot');
    expect(decide(files, text).request).toMatchObject({
      principal: { kind: 'service_account', id: null, name: 'bot' },
      holders: [{ id: null, name: 'bot', identity: 'bot_role' }],
    });
    const elsewhere = files['identities.yaml'].replace('db:', 'ldap:');
    expect(codesAt(decide({ ...files, 'identities.yaml': elsewhere }, text).violations)).toEqual([
      '2:22 unmapped-principal',
    ]);
  });

  describe('is the id of the account where the connector knows accounts', () => {
    const role = resourceText('principals: ["@mona", "service_account:bot"]')
      .replace('connector: database', 'connector: team')
      .replace('role: reader', 'team: x');
    const bot = (name: string) =>
      `service_accounts: [{ name: bot, owner: "@mona", names: { db: "${name}" } }]`;
    test.each([
      ['without an entry', 'user: mona', '', '1'],
      ['of another account', 'user: mona', 'people: [{ id: 1, login: mona, names: { db: "77" } }]', '77'],
      ['of a service account', 'service_account: bot', bot('88'), '88'],
      [
        'and no login',
        'user: mona',
        'people: [{ id: 1, login: mona, names: { db: mona } }]',
        'unmapped-principal',
      ],
      ['and no login of a service account', 'service_account: bot', bot('deploy-bot'), 'unmapped-principal'],
      ['and no login by default', 'user: mona', 'default: { db: "{login}" }', 'unmapped-principal'],
      ['and no id of somebody listed', 'user: mona', bot('1'), 'unmapped-principal'],
    ])('%s', (_, principal, text, expected) => {
      const { violations, request } = decide(
        { 'resources/db.yaml': role, 'identities.yaml': text },
        entryText(principal),
        { connections: new Map([['db', { connector: 'team', entitlements: ['*'] }]]) },
      );
      expect(violations.map(({ code }) => code)).toEqual(request ? [] : [expected]);
      expect(request?.holders[0]?.identity ?? violations[0]?.code).toBe(expected);
    });
  });
});

test('removing is always allowed', () => {
  const { entries } = parseRequestsFile('access-requests.yaml', entryText('resource: gone'));
  const [change] = changeSet(expand(entries, new Map()).entries, []);
  const { policies } = policiesOf({ 'settings.yaml': 'broken' });
  const context = { policies, connectors, directory, requester: mona, now, connections: null };
  expect(change && evaluate(change, context)).toEqual({
    change,
    violations: [],
    approvals: [],
    distinct: true,
  });
});

test('a name that was never looked up is a bug, not a refusal', () => {
  expect(() => decide(db, entryText('user: stranger'))).toThrow('was not looked up');
});

describe('whatever order the past and the entries beside come in', () => {
  const role = resourceText(
    'quota: { active_per_principal: 1, active: 2, per_30_days: 2, cooldown: 2h }',
    'max_continuous: 9h',
    'when: "request.duration < duration(\'9h\')"',
    'emergency: { requesters: ["@mona"], max_duration: 8h, review_within: 1h }',
  );
  const past = fc.record({
    from: fc.integer({ min: -48, max: 12 }),
    until: fc.integer({ min: 1, max: 9 }),
    ended: fc.boolean(),
    who: fc.constantFrom<[string, number]>(['mona', 1], ['hubot', 2]),
    role: fc.constantFrom('ro', 'rw'),
    emergency: fc.boolean(),
    reviewed: fc.boolean(),
  });
  const histories = fc
    .array(past, { maxLength: 8 })
    .map((all) =>
      all.map(({ from, until, ended, ...rest }) =>
        grant({ from, until: from + until, ...(ended && { ended: from + until }), ...rest }),
      ),
    )
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  const entries = fc.record({ hours: fc.integer({ min: 1, max: 10 }), emergency: fc.boolean() });

  test('the decision is the same', () => {
    fc.assert(
      fc.property(histories, entries, ([history, shuffled], { hours, emergency }) => {
        const decided = (given: typeof history) =>
          decide({ 'resources/db.yaml': role }, entryText(`duration: ${hours}h`, `emergency: ${emergency}`), {
            history: given,
          });
        const codes = (given: typeof history) =>
          decided(given).violations.map(({ code, line }) => `${line} ${code}`);
        expect(codes(shuffled)).toEqual(codes(history));
      }),
    );
  });
});
