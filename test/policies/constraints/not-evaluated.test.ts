import { expect, test } from 'vitest';
import { codesAt, decide, entryText, resourceText } from '../acme.ts';

const emergency = 'emergency: { requesters: ["@mona"], max_duration: 1h, review_within: 30m }';

test.each([
  ['a condition', 'when: "true"', [], ['2:11 condition-failed']],
  ['a quota', 'quota: { active: 1 }', [], ['2:11 condition-failed']],
  ['an empty quota', 'quota: {}', [], ['2:11 condition-failed']],
  ['a requirement', 'require: [two_factor]', [], ['2:11 condition-failed']],
  ['no requirement', 'require: []', [], []],
  [
    'an emergency that the role does not know',
    'owners: file',
    ['emergency: true'],
    ['3:16 emergency-not-allowed'],
  ],
  ['an emergency', emergency, ['emergency: true'], ['3:16 emergency-not-allowed']],
  ['no emergency', emergency, ['emergency: false'], []],
  ['automatic approval, which never comes', 'auto_approve: "true"', [], []],
])('%s', (_, role, entry, expected) => {
  const text = entryText('role: ro', ...entry);
  expect(codesAt(decide({ 'resources/db.yaml': resourceText(role) }, text).violations)).toEqual(expected);
});
