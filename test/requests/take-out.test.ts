import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestKey } from '../../src/requests/access-request.ts';
import { expand } from '../../src/requests/expand.ts';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';
import { takeOut } from '../../src/requests/take-out.ts';

const none = new Map();
const without = (text: string, ...logins: string[]) =>
  takeOut(text, new Set(logins.map((login) => `user:${login} db:ro`)), none);
const flow = (login: string) => `{user: ${login}, resource: db, role: ro, duration: 1h, reason: x}`;
const entry = (login: string, indent = '  ') =>
  `${indent}- user: ${login}\n${indent}  resource: db\n${indent}  role: ro\n${indent}  reason: x\n`;

describe('an entry of a list with dashes', () => {
  test.each([
    ['the first', `requests:\n${entry('mona')}${entry('hubot')}`, `requests:\n${entry('hubot')}`],
    ['the last', `requests:\n${entry('hubot')}${entry('mona')}`, `requests:\n${entry('hubot')}`],
    [
      'in the middle',
      `requests:\n${entry('a')}\n${entry('mona')}\n${entry('b')}`,
      `requests:\n${entry('a')}\n\n${entry('b')}`,
    ],
    ['the only one', `requests:\n${entry('mona')}`, 'requests: []\n'],
    ['the only one, a comment behind the key', `requests: # ours\n${entry('mona')}`, 'requests: [] # ours\n'],
    [
      'without a line break at the end',
      `requests:\n${entry('hubot')}${entry('mona').trimEnd()}`,
      `requests:\n${entry('hubot')}`,
    ],
    [
      'dashes in the first column',
      `requests:\n${entry('mona', '')}${entry('hubot', '')}`,
      `requests:\n${entry('hubot', '')}`,
    ],
    [
      'with CRLF',
      `requests:\n${entry('mona')}${entry('hubot')}`.replaceAll('\n', '\r\n'),
      `requests:\r\n${entry('hubot').replaceAll('\n', '\r\n')}`,
    ],
    ['behind a byte order mark', `\uFEFFrequests:\n${entry('mona')}`, '\uFEFFrequests: []\n'],
    [
      'its own comments go',
      `requests:\n  # mona needs it\n  # tonight\n${entry('mona')}    # done at six\n${entry('hubot')}`,
      `requests:\n${entry('hubot')}`,
    ],
    [
      'comments of others stay',
      `# all\nrequests:\n    # deep\n\n  # apart\n\n${entry('mona')}  # hubot\n${entry('hubot')}`,
      `# all\nrequests:\n    # deep\n\n  # apart\n\n  # hubot\n${entry('hubot')}`,
    ],
    [
      'behind a block of text',
      `requests:\n${entry('hubot').replace('x', '|+\n        # no comment\n\n')}${entry('mona')}`,
      `requests:\n${entry('hubot').replace('x', '|+\n        # no comment\n\n')}`,
    ],
    [
      'written in braces',
      `requests:\n  - ${flow('mona')} # tonight\n  - ${flow('hubot')}\n`,
      `requests:\n  - ${flow('hubot')}\n`,
    ],
    [
      'a dash alone on its line',
      `requests:\n  - # mona\n${entry('mona').replace('- ', '  ')}${entry('hubot')}`,
      `requests:\n${entry('hubot')}`,
    ],
  ])('%s', (_, text, expected) => {
    expect(without(text, 'mona')).toBe(expected);
  });
});

describe('an entry of a list in brackets', () => {
  const [a, b, mona] = [flow('a'), flow('b'), flow('mona')];
  test.each([
    ['the only one', `requests: [${mona}]\n`, 'requests: []\n'],
    ['the first', `requests: [${mona}, ${a}]\n`, `requests: [${a}]\n`],
    ['the last', `requests: [ ${a}, ${mona} ]\n`, `requests: [ ${a} ]\n`],
    ['in the middle', `requests: [${a}, ${mona}, ${b}]\n`, `requests: [${a}, ${b}]\n`],
    ['before a comma at the end', `requests: [${a}, ${mona},]\n`, `requests: [${a}, ]\n`],
    [
      'on a line of its own',
      `requests: [\n  ${a}, # a\n  # for mona\n  ${mona}, # tonight\n  ${b}\n]\n`,
      `requests: [\n  ${a}, # a\n  ${b}\n]\n`,
    ],
    ['on the last line', `requests: [\n  ${a},\n  ${mona}\n]\n`, `requests: [\n  ${a},\n]\n`],
    ['beside the bracket', `requests: [${mona}, # tonight\n  ${b}]\n`, `requests: [\n  ${b}]\n`],
    ['JSON', `{"requests": [${a}, ${mona}]}`, `{"requests": [${a}]}`],
  ])('%s', (_, text, expected) => {
    expect(without(text, 'mona')).toBe(expected);
  });
});

test('what the file does not have is nothing to remove', () => {
  const text = `requests:\n${entry('mona')}`;
  expect(without(text, 'hubot')).toBe(text);
  expect(without('requests: []\n', 'mona')).toBe('requests: []\n');
});

test('logins compare without regard to case, and templates stand for what they preset', () => {
  const text = `requests:\n  - { user: Mona, template: t, reason: x }\n${entry('hubot')}`;
  const templates = new Map([['t', { resource: 'db', role: 'ro' }]]);
  expect(takeOut(text, new Set(['user:mona db:ro']), templates)).toBe(`requests:\n${entry('hubot')}`);
});

test('an entry that is not valid stays where it is', () => {
  const text = `requests:\n  - user: 1\n${entry('mona')}`;
  expect(without(text, 'mona')).toBe('requests:\n  - user: 1\n');
});

test('a file that is no YAML is a bug of the caller', () => {
  expect(() => without('requests: [', 'mona')).toThrow('cannot take entries out');
});

// Random files: entries in every style, comments and empty lines anywhere.
const comment = fc.stringMatching(/^[a-z:#"'{}[\], -]{0,12}$/).map((words) => `# ${words}`);
const reason = fc.constantFrom(
  'x',
  '"# no comment"',
  "'it''s'",
  'a # b',
  '>-\n@@  folded\n@@  # text',
  '|+\n@@  kept\n',
  '"two\n@@  lines"',
);

const blockEntry = (login: string, indent: string) =>
  fc
    .record({
      before: fc.array(
        fc.oneof(
          comment.map((words) => `${indent}${words}`),
          fc.constant(''),
          comment,
        ),
        { maxLength: 3 },
      ),
      dash: fc.constantFrom('- ', '-   ', `- # dash\n${indent}  `, `-\n${indent}    `),
      braces: fc.boolean(),
      reason,
      tails: fc.array(fc.option(comment, { nil: '' }), { minLength: 4, maxLength: 4 }),
      inside: fc.array(
        comment.map((words) => `${indent}   ${words}`),
        { maxLength: 2 },
      ),
      order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    })
    .map((shape) => {
      if (shape.braces)
        return [...shape.before, `${indent}${shape.dash}${flow(login)} ${shape.tails[0]}`].join('\n');
      const column = shape.dash.includes('\n')
        ? (shape.dash.split('\n')[1] ?? '')
        : indent + ' '.repeat(shape.dash.length);
      const values = [
        `user: ${login}`,
        'resource: "db"',
        "role: 'ro'",
        `reason: ${shape.reason.replaceAll('@@', column)}`,
      ];
      const lines = shape.order.map((key, index) => {
        const value = values[key] ?? '';
        const tail = value.includes('\n') ? '' : ` ${shape.tails[key]}`;
        return `${index === 0 ? `${indent}${shape.dash}` : column}${value}${tail}`;
      });
      return [
        ...shape.before,
        lines[0],
        ...shape.inside.slice(0, lines[0]?.includes('\n') && lines[0].includes('reason') ? 0 : 2),
        ...lines.slice(1),
      ].join('\n');
    });

const flowFile = (logins: readonly string[]) =>
  fc
    .record({
      gaps: fc.array(fc.constantFrom('', ' ', '\n  ', ' # c\n ', '\n\n # d\n  '), {
        minLength: 40,
        maxLength: 40,
      }),
      trailing: fc.boolean(),
    })
    .map(({ gaps, trailing }) => {
      const items = logins.map((login, index) => `${gaps[index * 2]}${flow(login)}${gaps[index * 2 + 1]}`);
      return `requests: [${items.join(',')}${trailing && items.length > 0 ? ',' : ''}${gaps[39]}]\n`;
    });

const file = fc.integer({ min: 0, max: 6 }).chain((count) => {
  const logins = Array.from({ length: count }, (_, index) => `user${index}`);
  const block = fc
    .constantFrom('', '  ', '      ')
    .chain((indent) =>
      fc
        .tuple(
          fc.tuple(...logins.map((login) => blockEntry(login, indent))),
          fc.constantFrom('', '\n', '\n\n# end\n', '\n        # deep\n'),
        )
        .map(([entries, end]) =>
          count === 0 ? 'requests: []\n' : `# top\nrequests: # list\n${entries.join('\n')}${end}`,
        ),
    );
  return fc.record({
    text: fc
      .tuple(fc.oneof(block, flowFile(logins)), fc.boolean())
      .map(([text, crlf]) => (crlf ? text.replaceAll('\n', '\r\n') : text)),
    goes: fc.subarray(logins),
  });
});

const meaning = (text: string) => {
  const { entries, violations } = parseRequestsFile('access-requests.yaml', text);
  expect(violations).toEqual([]);
  return new Map(expand(entries, none).entries.map((each) => [requestKey(each), each.request]));
};

const isSubsequence = (part: readonly string[], whole: readonly string[]) => {
  let from = 0;
  return part.every((piece) => {
    from = whole.indexOf(piece, from) + 1;
    return from > 0;
  });
};

const writtenLines = (text: string) => text.split(/\r?\n/).filter((line) => line !== '');

test('whatever the style: exactly the other entries are left, and nothing is written that was not there', () => {
  fc.assert(
    fc.property(file, ({ text, goes }) => {
      const before = meaning(text);
      const result = without(text, ...goes);
      for (const login of goes) before.delete(`user:${login} db:ro`);
      expect(meaning(result)).toEqual(before);
      const rest = result.replace('requests: [] #', 'requests: #');
      expect(isSubsequence(rest.split(''), text.split(''))).toBe(true);
      const whole = text.includes('requests: [') || isSubsequence(writtenLines(rest), writtenLines(text));
      expect(whole).toBe(true);
    }),
    { numRuns: 300 },
  );
});
