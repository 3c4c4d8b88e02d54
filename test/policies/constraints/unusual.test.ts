import { expect, test } from 'vitest';
import { decide, entryText, resourceText } from '../acme.ts';
import { grant } from '../past-grants.ts';

const before = grant({ from: -50, ended: -49 });

test.each([
  ['the first of all', [], []],
  ['the first after one of another role', [grant({ role: 'rw', ended: -1 })], []],
  ['one like another', [before], []],
  ['one like that of somebody else', [grant({ who: ['hubot', 2] })], ['first-request']],
  ['one beside another role', [before, grant({ role: 'rw', until: 1 })], ['overlap']],
  ['one beside another role that will be over', [before, grant({ role: 'rw', until: 0 })], []],
  ['one after another role', [before, grant({ role: 'rw', ended: -1 })], []],
])('%s', (_, history, expected) => {
  const { violations } = decide({ 'resources/db.yaml': resourceText() }, entryText(), { history });
  expect(violations.map(({ code }) => code)).toEqual(expected);
  expect(violations.every(({ severity }) => severity === 'warning')).toBe(true);
});
