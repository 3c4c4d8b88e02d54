import { expect, test } from 'vitest';
import { codesAt, decide, entryText, resourceText } from '../acme.ts';

test.each([
  ['a reason as wanted', 'reason: { pattern: "INC-[0-9]+.*" }', ['reason: "INC-1: x"'], []],
  [
    'a reason that only holds the pattern',
    'reason: { pattern: "INC-[0-9]+" }',
    ['reason: see INC-1'],
    ['2:13 reason-mismatch'],
  ],
  ['a reason with white space around it', 'reason: { pattern: "INC-1" }', ['reason: " INC-1 "'], []],
  ['a ticket as wanted', 'ticket: { pattern: "T-[0-9]+" }', ['ticket: T-1'], []],
  ['another ticket', 'ticket: { pattern: "T-[0-9]+" }', ['ticket: T-x'], ['2:13 ticket-mismatch']],
  ['no ticket', 'ticket: { pattern: ".*" }', ['user: mona'], ['2:5 missing-key']],
])('%s', (_, role, entry, expected) => {
  const { violations } = decide({ 'resources/db.yaml': resourceText(role) }, entryText(...entry));
  expect(codesAt(violations)).toEqual(expected);
});

test('the hint is the remedy', () => {
  const role = resourceText('reason: { pattern: "INC-.*", hint: start with the incident }');
  const { violations } = decide({ 'resources/db.yaml': role }, entryText());
  expect(violations[0]?.remedy).toBe('Start with the incident: the whole text must match `INC-.*`.');
});

test('a pattern that takes others for ever takes no time', () => {
  const role = resourceText('reason: { pattern: "(a+)+b" }');
  const { violations } = decide({ 'resources/db.yaml': role }, entryText(`reason: ${'a'.repeat(400)}`));
  expect(violations[0]?.code).toBe('reason-mismatch');
});
