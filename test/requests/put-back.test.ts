import { describe, expect, test } from 'vitest';
import { putBack } from '../../src/requests/put-back.ts';

const key = 'user:mona db:reader';
const entry = (duration: string, indent = '  ') =>
  ['- user: mona', '  resource: db', '  role: reader', `  duration: ${duration}`, '  reason: "x"']
    .map((line) => `${indent}${line}\n`)
    .join('');
const other = entry('1h').replace('mona', 'nick');
const file = (...entries: string[]) => `requests:\n${entries.join('')}`;

describe('an entry is put back', () => {
  test.each([
    ['alone', file(entry('8h')), file(entry('4h')), file(entry('4h'))],
    ['between others', file(other, entry('8h')), file(entry('4h')), file(other, entry('4h'))],
    [
      'with the comments around it as they are now',
      file(`  # why\n${entry('8h')}  # the end\n`),
      file(`  # before\n${entry('4h')}`),
      file(`  # why\n${entry('4h')}  # the end\n`),
    ],
    [
      'however far it is indented now',
      file(entry('8h', '')),
      file(entry('4h', '    ')),
      file(entry('4h', '')),
    ],
    [
      'behind a byte order mark, with other line ends',
      `\uFEFF${file(entry('8h')).replaceAll('\n', '\r\n')}`,
      file(entry('4h')).replaceAll('\n', '\r\n'),
      `\uFEFF${file(entry('4h')).replaceAll('\n', '\r\n')}`,
    ],
    [
      'in brackets',
      'requests: [{ user: mona, resource: db, role: reader, duration: 8h, reason: x }]\n',
      'requests: [{ user: mona, resource: db, role: reader, duration: 4h, reason: x }]\n',
      'requests: [{ user: mona, resource: db, role: reader, duration: 4h, reason: x }]\n',
    ],
  ])('%s', (_, now, former, result) => {
    expect(putBack(now, former, key, new Map())).toBe(result);
  });

  test.each([
    ['that is not there', file(other), file(entry('4h'))],
    ['that was not there', file(entry('8h')), file(other)],
    [
      'whose words do not fit',
      'requests: [{ user: mona, resource: db, role: reader, duration: 8h, reason: x }]\n',
      file(entry('4h')),
    ],
    ['of a file that can not be read', 'requests: [\n', file(entry('4h'))],
  ])('but not one %s', (_, now, former) => {
    expect(putBack(now, former, key, new Map())).toBeUndefined();
  });
});
