import { expect, test } from 'vitest';
import { mayAppMerge } from '../../src/approvals/app-merge.ts';
import type { ApprovalState } from '../../src/approvals/approval.ts';
import type { Assessment } from '../../src/approvals/assessment.ts';
import { decide, entryText, resourceText } from '../policies/acme.ts';
import { owners } from './approval-fixtures.ts';

const asked = decide({ 'resources/db.yaml': resourceText() }, entryText());
const { change } = asked;
if (change.kind !== 'added') throw new Error('the entry is not added');
/** mona's entry, taken out. */
const takenOut = { ...asked, change: { kind: 'removed', key: change.key, before: change.after } as const };

const sound: Assessment = {
  decisions: [asked],
  violations: [],
  allowed: true,
  changes: [],
  digest: 'sha256:5f1c',
  requirements: [owners('@acme/owners')],
  reviewRequirements: [],
  waived: new Map(),
  controlFiles: [],
  codeownersFile: 'CODEOWNERS',
  codeownersErrors: [],
  otherFiles: new Map(),
};
const nobodyAsked = { requirements: [], waived: new Map() };
const policy = 'access-policies/settings.yaml';

test.each<[string, Partial<Assessment>, boolean]>([
  ['what is approved', {}, true],
  ['what needs nobody by the policy', { ...nobodyAsked, waived: new Map([[asked, 'automatic']]) }, true],
  [
    'a policy that its owners approved',
    { decisions: [], controlFiles: [policy], otherFiles: new Map([[policy, 'a']]) },
    true,
  ],
  ['what is not allowed', { allowed: false }, false],
  ['what asks for nothing', { ...nobodyAsked, decisions: [] }, false],
  ['what only takes out', { ...nobodyAsked, decisions: [takenOut] }, false],
  [
    'other files beside a policy',
    {
      controlFiles: [policy],
      otherFiles: new Map([
        [policy, 'a'],
        ['deploy.sh', 'b'],
      ]),
    },
    false,
  ],
])('the app and %s', (_, different, merges) => {
  const approval = { approved: true } as ApprovalState;
  expect(mayAppMerge({ ...sound, ...different }, approval, { login: 'mona' })).toBe(merges);
});

test('the app merges nothing that is not approved, and takes out an entry beside what is asked for its author alone', () => {
  expect(mayAppMerge(sound, { approved: false } as ApprovalState, { login: 'mona' })).toBe(false);
  const both = { ...sound, decisions: [asked, takenOut] };
  const approved = { approved: true } as ApprovalState;
  expect([
    mayAppMerge(both, approved, { login: 'MONA' }),
    mayAppMerge(both, approved, { login: 'nick' }),
  ]).toEqual([true, false]);
});
