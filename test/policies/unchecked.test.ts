import { expect, test } from 'vitest';
import { decide, entryText, mona, resourceText } from './acme.ts';

const laptop = { directory: null, requester: null };

test.each([
  ['a condition', 'when: "true"', 'whether the condition of ro on db holds: true'],
  ['automatic approval', 'auto_approve: "true"', 'whether ro on db is approved automatically: true'],
  ['a quota', 'quota: { active: 1 }', 'whether the quota of ro on db leaves room'],
  [
    'a second factor',
    'require: [two_factor]',
    'whether whoever asks for ro on db or receives it has a second factor',
  ],
  ['signatures', 'require: [signed_commits]', 'whether the commits that ask for ro on db are signed'],
  [
    'an emergency',
    'emergency: { requesters: ["@mona"], max_duration: 1h, review_within: 1h }',
    'whether whoever asks for ro on db may do so in an emergency',
  ],
])('%s is said to be unchecked where nobody is known, and only there', (_, role, note) => {
  const files = { 'resources/db.yaml': resourceText(role) };
  const text = entryText('emergency: true');
  expect(decide(files, text, laptop).unchecked).toContain(note);
  expect(decide(files, text, { requester: mona }).unchecked).toEqual([]);
  expect(decide({ 'resources/db.yaml': resourceText() }, entryText(), laptop).unchecked).not.toContain(note);
});
