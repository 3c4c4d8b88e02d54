import { expect, test } from 'vitest';
import { codesAt, decide, entryText, resourceText } from '../acme.ts';

import { expand } from '../../../src/requests/expand.ts';
import { parseRequestsFile } from '../../../src/requests/requests-file.ts';

const held = (text: string) => {
  const { entries } = parseRequestsFile('access-requests/other.yaml', text);
  return { held: expand(entries, new Map()).entries };
};
const bank = resourceText().replace('resource: db', 'resource: bank');
const onBank = entryText('resource: bank');

test.each([
  ['nothing beside', '"bank:ro"', '', '', []],
  ['a conflict', '"bank:ro"', '', onBank, ['2:25 conflict']],
  ['a conflict that the other resource declares', '', '"db:ro"', onBank, ['2:25 conflict']],
  ['something else beside', '"bank:ro"', '', entryText('user: hubot', 'resource: bank'), []],
  [
    'the same, by another case',
    '"bank:ro"',
    '',
    entryText('user: MONA', 'resource: bank'),
    ['2:25 conflict'],
  ],
  ['itself', '"db:ro"', '', entryText(), []],
])('%s', (_, ours, theirs, other, expected) => {
  const files = {
    'resources/db.yaml': `conflicts: [${ours}]\n${resourceText()}`,
    'resources/bank.yaml': `conflicts: [${theirs}]\n${bank}`,
  };
  const text = 'requests:\n  - { user: mona, role: ro, resource: db, duration: 1h, reason: x }\n';
  expect(codesAt(decide(files, text, other === '' ? {} : held(other)).violations)).toEqual(expected);
});
