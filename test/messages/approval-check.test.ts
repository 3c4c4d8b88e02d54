import { describe, expect, test } from 'vitest';
import type { Approvals } from '../../src/approvals/approval.ts';
import type { Assessment } from '../../src/approvals/assessment.ts';
import { resolvedChanges, type DigestInput } from '../../src/approvals/digest.ts';
import type { Requirement } from '../../src/approvals/requirements.ts';
import { approvalCheck } from '../../src/messages/approval-check.ts';
import { undecidedChecks } from '../../src/messages/undecided-checks.ts';
import {
  approves,
  comments,
  dismissed,
  evaluate,
  group,
  minute,
  now,
  objects,
  owners,
  question,
  type Given,
} from '../approvals/approval-fixtures.ts';
import { decide, entryText, resourceText } from '../policies/acme.ts';
import { asDocument } from './check-document.ts';

const decision = decide({ 'resources/db.yaml': resourceText() }, entryText());

function assessment(requirements: readonly Requirement[]): Assessment {
  return {
    decisions: [decision],
    violations: [],
    allowed: true,
    changes: [],
    digest: 'sha256:5f1c',
    requirements,
    reviewRequirements: [],
    waived: new Map(),
    controlFiles: [],
    codeownersFile: '.github/CODEOWNERS',
    codeownersErrors: [],
    otherFiles: new Map(),
  };
}

/** What is asked, as somebody saw it. */
function contentOf(duration: string, reason: string): DigestInput {
  const text = entryText(`duration: ${duration}`, `reason: ${JSON.stringify(reason)}`);
  const changes = resolvedChanges([decide({ 'resources/db.yaml': resourceText() }, text)]);
  if (!changes) throw new Error('it is open what would be granted');
  return { changes, policyVersion: 'a'.repeat(40), otherFiles: new Map() };
}

const both = [owners('@acme/owners'), group('@acme/data @acme/security', { count: 2 })];

describe('access/approval says', () => {
  test.each<[name: string, requirements: Requirement[], given: Given[], facts?: Partial<Approvals>]>([
    ['waiting', both, []],
    ['waiting-for-one-more', both, [approves('hubot'), approves('sue')]],
    [
      'reviews-that-do-not-count',
      both,
      [
        approves('mona'),
        approves('pat'),
        approves('robot'),
        approves('visitor'),
        approves('reader'),
        approves('docs'),
        approves('hubot', { digest: 'sha256:before' }),
        approves('dana', { digest: null }),
        approves('sue', { submittedAt: now - 8 * 24 * 60 * minute }),
        dismissed('sam'),
        comments('eve'),
      ],
    ],
    [
      'approval-voided',
      both,
      [approves('hubot', { digest: 'sha256:before', content: contentOf('4h', 'INC-1: `@acme/owners`') })],
      { content: contentOf('8h', 'INC-1: look\n\n- @ada approved') },
    ],
    ['changes-requested', both, [approves('hubot'), objects('dana'), objects('eve')]],
    ['impossible', [owners('@mona'), group('@acme/data')], []],
    ['nobody-owns-it', [owners()], []],
    [
      'unknown-contributor',
      both,
      [approves('hubot')],
      {
        contributors: {
          ...question.contributors,
          unknown: [
            {
              sha: 'c'.repeat(40),
              email: null,
              reason: 'the e-mail address x@`example`.com of a commit belongs to nobody',
            },
          ],
        },
      },
    ],
    ['approved', both, [approves('hubot'), approves('sam'), approves('sue')]],
  ])('%s', async (name, requirements, given, facts) => {
    const check = approvalCheck(assessment(requirements), evaluate(requirements, given, facts));
    await expect(asDocument(check)).toMatchFileSnapshot(`golden/approval-check/${name}.md`);
  });

  test.each<[name: string, assessed: Assessment, given: boolean]>([
    ['policy-first', assessment(both), false],
    ['removal-only', assessment([]), true],
    [
      'policies-change',
      { ...assessment(both), decisions: [], controlFiles: ['access-policies/settings.yaml'] },
      true,
    ],
    [
      'lines-that-github-skips',
      { ...assessment(both), codeownersErrors: [{ line: 7, message: 'the pattern `/` never matches' }] },
      true,
    ],
    ['nothing-touched', { ...assessment([]), decisions: [] }, true],
  ])('%s', async (name, assessed, judged) => {
    const check = approvalCheck(assessed, judged ? evaluate([...assessed.requirements], []) : null);
    await expect(asDocument(check)).toMatchFileSnapshot(`golden/approval-check/${name}.md`);
  });

  test('the same words for the same state, and others for another', () => {
    const of = (given: Given[]) => approvalCheck(assessment(both), evaluate(both, given)).fingerprint;
    expect(of([])).toBe(of([]));
    expect(of([approves('hubot')])).not.toBe(of([]));
  });
});

describe('both checks, where nothing can be decided, say', () => {
  test.each([
    ['nothing-accepted', { kind: 'nothing-accepted', branch: 'main' }],
    [
      'too-large',
      { kind: 'unjudgeable', message: 'It changes more than 3,000 files, and GitHub names no more.' },
    ],
  ] as const)('%s', async (name, undecided) => {
    const checks = undecidedChecks(undecided).map(asDocument);
    await expect(checks.join('\n')).toMatchFileSnapshot(`golden/undecided-checks/${name}.md`);
  });
});
