import { describe, expect, test } from 'vitest';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';
import { maxFileBytes } from '../../src/requests/yaml-file.ts';

const good = '  - { user: hubot, resource: db, role: ro, duration: 1h, reason: good }\n';

function parse(text: string) {
  const { entries, violations } = parseRequestsFile('access-requests.yaml', text);
  return {
    users: entries.map(({ request }) => request.principal.name),
    codes: violations.map(({ line, column, code }) => `${line}:${column} ${code}`),
  };
}

describe('a file of which nothing is known', () => {
  test.each([
    ['empty', '', ['1:1 missing-key']],
    ['comments alone', '# soon\n\n# more\n', ['1:1 missing-key']],
    ['an empty document', '---\n', ['1:1 missing-key']],
    ['a list', '- user: mona\n', ['1:1 wrong-type']],
    ['a word', 'requests\n', ['1:1 wrong-type']],
    ['no list', 'requests:\n  user: mona\n', ['2:3 wrong-type']],
    ['nothing for a list', 'requests:\n', ['1:10 wrong-type']],
    ['another key', 'request: []\n', ['1:1 missing-key', '1:1 unknown-key']],
    ['a second key', `requests:\n${good}version: 1\n`, ['3:1 unknown-key']],
    ['a bracket that does not close', 'requests: [\n', ['2:1 yaml-syntax']],
    ['a tab for indentation', 'requests:\n\t- user: mona\n', ['2:1 yaml-syntax']],
    ['a wrong indentation', 'requests:\n  - user: mona\n   role: ro\n', ['3:1 yaml-syntax']],
    ['an unknown escape', 'requests: "\\q"\n', ['1:12 yaml-syntax']],
    ['a directive', '%YAML 1.1\n---\nrequests: []\n', ['1:1 yaml-syntax']],
    ['a key marked as such', '? requests\n: []\n', ['1:1 yaml-syntax']],
    ['lists in lists', `requests: ${'['.repeat(40)}${']'.repeat(40)}\n`, ['1:42 yaml-syntax']],
    ['a hundred thousand brackets', `requests: ${'['.repeat(100_000)}\n`, ['1:42 yaml-syntax']],
    ['a key twice', `requests:\n${good}requests: []\n`, ['3:1 duplicate-key']],
    [
      'keys twice in entries',
      'requests:\n  - user: a\n    "user": b\n  - {role: a, role: b}\n',
      ['3:5 duplicate-key', '4:15 duplicate-key'],
    ],
    ['an anchor', 'requests:\n  - user: &me mona\n', ['2:11 alias-not-allowed']],
    [
      'an anchor and its alias',
      'requests:\n  - &a {user: mona}\n  - *a\n',
      ['3:5 alias-not-allowed', '2:5 alias-not-allowed'],
    ],
    ['a merge key', 'requests:\n  - <<: {user: mona}\n', ['2:5 alias-not-allowed']],
    ['a tag', 'requests:\n  - user: !!str mona\n', ['2:11 tag-not-allowed']],
    ['a tag of its own', 'requests: !list []\n', ['1:11 tag-not-allowed']],
    ['two documents', 'requests: []\n---\nrequests: []\n', ['2:1 several-documents']],
    ['a second document that is empty', 'requests: []\n---\n', ['2:1 several-documents']],
    ['a hidden direction in a comment', 'requests: [] # \u202Eevil\n', ['1:14 suspicious-character']],
    ['too much of it', `requests: []\n${'#'.repeat(maxFileBytes)}`, ['1:1 too-large']],
    ['a key that data cannot hold', 'requests: []\n__proto__: 1\n', ['2:1 unknown-key']],
  ])('%s', (_, text, expected) => {
    const { users, codes } = parse(text);
    expect(codes.toSorted()).toEqual(expected.toSorted());
    expect(users).toEqual([]);
  });
});

describe('an entry that is wrong, beside one that is not', () => {
  const who = '  - user: mona\n';
  const what = '    resource: db\n    role: ro\n';
  const why = '    reason: x\n';
  test.each([
    ['nothing', '  -\n', ['2:4 wrong-type']],
    ['a word', '  - mona\n', ['2:5 wrong-type']],
    ['a list', '  - - mona\n', ['2:5 wrong-type']],
    ['a misspelt key', `${who}    resorce: db\n    role: ro\n${why}`, ['2:5 missing-key', '3:5 unknown-key']],
    ['no reason', `${who}${what}`, ['2:5 missing-key']],
    ['an empty reason', `${who}${what}    reason: ""\n`, ['5:13 wrong-type']],
    ['a reason of white space', `${who}${what}    reason: "  "\n`, ['5:13 wrong-type']],
    ['a reason of 501 characters', `${who}${what}    reason: ${'x'.repeat(501)}\n`, ['5:13 wrong-type']],
    ['a number for a reason', `${who}${what}    reason: 42\n`, ['5:13 wrong-type']],
    ['null for a reason', `${who}${what}    reason: null\n`, ['5:13 wrong-type']],
    ['a number for a name', `  - user: 1e3\n${what}${why}`, ['2:11 wrong-type']],
    ['a word that is true to some', `  - user: yes\n${what}${why}`, ['2:11 wrong-type']],
    ['a truth value for a name', `  - user: true\n${what}${why}`, ['2:11 wrong-type']],
    ['null for a name', `  - user: ~\n${what}${why}`, ['2:11 wrong-type']],
    ['nothing for a name', `  - user:\n${what}${why}`, ['2:10 wrong-type']],
    ['a list for a name', `  - user: [mona]\n${what}${why}`, ['2:11 wrong-type']],
    ['a number for a ticket', `${who}${what}${why}    ticket: 4312\n`, ['6:13 wrong-type']],
    ['a word for an emergency', `${who}${what}${why}    emergency: "true"\n`, ['6:16 wrong-type']],
    ['an @ before the login', `  - user: "@mona"\n${what}${why}`, ['2:11 invalid-name']],
    ['a path for a team', `  - team: acme/on-call\n${what}${why}`, ['2:11 invalid-name']],
    ['a capital in a name', `${who}    resource: DB\n    role: ro\n${why}`, ['3:15 invalid-name']],
    [
      'a name of 64 letters',
      `${who}    resource: ${'a'.repeat(64)}\n    role: ro\n${why}`,
      ['3:15 invalid-name'],
    ],
    ['a Cyrillic letter in a login', `  - user: m\u043Ena\n${what}${why}`, ['2:11 suspicious-character']],
    ['a zero-width space in a reason', `${who}${what}    reason: a\u200Bb\n`, ['5:13 suspicious-character']],
    ['a hidden direction, escaped', `${who}${what}    reason: "a\\u202Eb"\n`, ['5:13 suspicious-character']],
    ['half a character, escaped', `${who}${what}    reason: "a\\uD83D"\n`, ['5:13 suspicious-character']],
    ['a letter that is not composed', `${who}${what}    reason: cafe\u0301\n`, ['5:13 suspicious-character']],
    ['nobody', `  - resource: db\n    role: ro\n${why}`, ['2:5 one-of']],
    ['two principals', `${who}    team: on-call\n${what}${why}`, ['3:11 one-of']],
    ['three principals', `${who}    service_account: bot\n    team: on-call\n${what}${why}`, ['3:22 one-of']],
    ['nothing asked for', `${who}${why}`, ['2:5 one-of']],
    ['a resource without a role', `${who}    resource: db\n${why}`, ['2:5 missing-key']],
    ['a role without a resource', `${who}    role: ro\n${why}`, ['2:5 missing-key']],
    ['a template beside the pair', `${who}${what}    template: t\n${why}`, ['5:15 one-of']],
    ['a template beside a role', `${who}    template: t\n    role: ro\n${why}`, ['4:11 one-of']],
    [
      'duration and end',
      `${who}${what}    until: 2026-11-23T18:00:00Z\n    duration: 1h\n${why}`,
      ['6:15 one-of'],
    ],
    ['no duration', `${who}${what}    duration: 1 month\n${why}`, ['5:15 invalid-duration']],
    ['a number for a duration', `${who}${what}    duration: 4\n${why}`, ['5:15 wrong-type']],
    ['a day for an instant', `${who}${what}    until: 2026-11-23\n${why}`, ['5:12 invalid-instant']],
    [
      'an instant without an offset',
      `${who}${what}    starts: 2026-11-23T18:00:00\n${why}`,
      ['5:13 invalid-instant'],
    ],
    [
      'all at once',
      '  - user: 1\n    role: RO\n    until: soon\n    foo: bar\n',
      [
        '2:11 wrong-type',
        '2:5 missing-key',
        '2:5 missing-key',
        '3:11 invalid-name',
        '4:12 invalid-instant',
        '5:5 unknown-key',
      ],
    ],
  ])('%s', (_, entry, expected) => {
    const { users, codes } = parse(`requests:\n${entry}${good}`);
    expect(codes.toSorted()).toEqual(expected);
    expect(users).toEqual(['hubot']);
  });
});

const at = (line: number, column: number) => ({ file: 'access-requests/a.yaml', line, column });

test('every value arrives, with its place', () => {
  const text = `requests:
  - user: Mona
    resource: orders-db
    role: read-only
    until: 2026-11-23T18:00:00+01:00
    starts: 2026-11-23T09:00:00Z
    ticket: "INC-4314"
    emergency: true
    reason: >
      orders are
      being lost
`;
  const { entries, violations } = parseRequestsFile('access-requests/a.yaml', text);
  expect(violations).toEqual([]);
  expect(entries).toEqual([
    {
      file: 'access-requests/a.yaml',
      start: at(2, 5),
      places: {
        user: at(2, 11),
        resource: at(3, 15),
        role: at(4, 11),
        until: at(5, 12),
        starts: at(6, 13),
        ticket: at(7, 13),
        emergency: at(8, 16),
        reason: at(9, 13),
      },
      request: {
        principal: { kind: 'user', name: 'Mona' },
        asks: { resource: 'orders-db', role: 'read-only' },
        until: Date.parse('2026-11-23T17:00:00Z'),
        starts: Date.parse('2026-11-23T09:00:00Z'),
        ticket: 'INC-4314',
        emergency: true,
        reason: 'orders are being lost',
      },
    },
  ]);
});

test.each([
  [
    'CRLF',
    'requests:\r\n  - user: mona\r\n    team: x\r\n    template: t\r\n    reason: x\r\n',
    ['3:11 one-of'],
  ],
  [
    'a byte order mark',
    '\uFEFFrequests:\n  - user: mona\n    team: x\n    template: t\n    reason: x\n',
    ['3:11 one-of'],
  ],
  ['a byte order mark on the first line', '\uFEFFrequests: 1\n', ['1:11 wrong-type']],
  ['JSON', '{"requests": [{"user": 1, "template": "t", "reason": "x"}]}', ['1:24 wrong-type']],
  ['an empty list', 'requests: []\n', []],
  ['quoted words', 'requests: [{ user: "yes", template: "null", reason: "1e3" }]\n', []],
  [
    'emoji and other scripts',
    'requests: [{ user: mona, template: t, reason: "👩‍🚀 ❤️ Москва Ελλάδα café 10 µs" }]\n',
    [],
  ],
])('%s', (_, text, expected) => {
  expect(parse(text).codes).toEqual(expected);
});

test.each([
  [
    'requests:\n  - user: 1e3\n    template: t\n    reason: x\n',
    'Put it in quotes if it is a name or a text: "1e3".',
  ],
  [
    'requests:\n  - user: no\n    template: t\n    reason: x\n',
    'Put it in quotes: "no"; a truth value is true or false.',
  ],
  ['requests:\n  - user: mona\n    templte: t\n    template: t\n    reason: x\n', 'Did you mean `template`?'],
  [
    'requests:\n  - user: "@mona"\n    template: t\n    reason: x\n',
    'Write the bare login, such as mona: no @, no name, no e-mail address.',
  ],
])('the remedy for %j', (text, remedy) => {
  expect(parseRequestsFile('f', text).violations.map((each) => each.remedy)).toEqual([remedy]);
});
