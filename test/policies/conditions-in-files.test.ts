import { expect, test } from 'vitest';
import { codesAt, policiesOf, resourceText } from './acme.ts';

test.each([
  ['a condition that is none', resourceText('when: "request.reason =="'), ['9:11 invalid-condition']],
  ['a condition about what is not there', resourceText('when: request.title'), ['9:11 invalid-condition']],
  [
    'conditions with patterns',
    resourceText('when: request.reason.matches("a")', 'auto_approve: request.reason.matches("b")'),
    ['9:11 invalid-condition', '10:19 invalid-condition'],
  ],
  [
    'a condition as long as a page',
    resourceText(`when: "${'true || '.repeat(250)}true"`),
    ['9:11 wrong-type'],
  ],
])('%s', (_, text, expected) => {
  const { policies, violations } = policiesOf({ 'resources/db.yaml': text });
  expect(codesAt(violations)).toEqual(expected);
  expect(policies.resources.has('db')).toBe(false);
});

test('of a text that is no condition the violation says why, and what to write', () => {
  const [found] = policiesOf({ 'resources/db.yaml': resourceText('when: request.titel == "x"') }).violations;
  expect(found).toMatchObject({
    message: '`request.titel == "x"` is not a condition: No such key: titel at character 9.',
    remedy: expect.stringContaining('Write CEL over `request`, `requester` and `now`'),
  });
});
