import { expect, test } from 'vitest';
import { isAmong, personNamed, teamNamed } from '../../src/policies/directory.ts';
import { directory, hubot, mona, outsider } from './acme.ts';

test.each([
  [mona, '@mona', true],
  [mona, '@MONA', true],
  [mona, '@hubot', false],
  [mona, '@acme/engineering', true],
  [mona, '@Acme/Engineering', true],
  [hubot, '@acme/engineering', false],
  [mona, '@acme/gone', false],
  [mona, '@ghost', false],
  [mona, '@acme', true],
  [outsider, '@acme', false],
])('$0.login among %s: %s', (person, party, expected) => {
  expect(isAmong(directory, person, [party])).toBe(expected);
});

test('nobody is among nobody, and one party of several is enough', () => {
  expect(isAmong(directory, mona, [])).toBe(false);
  expect(isAmong(directory, mona, ['@hubot', '@acme/engineering'])).toBe(true);
});

test('asking for somebody who was not looked up is a bug', () => {
  expect(() => personNamed(directory, 'stranger')).toThrow('was not looked up');
  expect(() => teamNamed(directory, 'acme/strangers')).toThrow('was not looked up');
});
