import type { GroupFaults } from '../approvals/merge-group.ts';
import type { Violation } from '../requests/violation.ts';
import { annotationOf, checkText, type CheckText } from './check-text.ts';
import { count, listed, prose, quoted } from './markdown.ts';
import { paragraphs, violationLine } from './policy-check.ts';
import { worstOf, type CheckedPull } from './shared-checks.ts';

/**
 * Both checks of a merge queue's group: the worst result of its pull requests, with that of each. What waits fails here, since a queue that
 * waits keeps everybody behind it waiting.
 */
export function groupChecks(pulls: readonly CheckedPull[], faults: GroupFaults): CheckText[] {
  const { strayFiles, violations } = faults;
  if (strayFiles.length > 0)
    return bothFail(
      'Not what its pull requests bring',
      `In these files the group holds something else than comes of ${numbersOf(pulls)}, which nobody approved:\n\n${strayFiles.map((path) => `- ${quoted(path)}`).join('\n')}`,
    );
  const policy = combined(pulls, 'access/policy');
  return [
    policy.conclusion === 'success' && violations.length > 0 ? togetherWrong(pulls, violations) : policy,
    combined(pulls, 'access/approval'),
  ];
}

/** Both checks of a group that cannot be held against its pull requests. */
export function unjudgeableGroup(reason: string): CheckText[] {
  return bothFail('This group cannot be judged', prose(reason));
}

function combined(pulls: readonly CheckedPull[], name: CheckText['name']): CheckText {
  const worst = worstOf(pulls, name);
  const { fingerprint: _, ...check } = worst.check;
  const results = pulls.flatMap(({ number, checks }) =>
    checks
      .filter((each) => each.name === name)
      .map((each) => `- ${mark(each)} #${number}: ${prose(each.title)}`),
  );
  return checkText({
    ...check,
    conclusion: check.conclusion ?? 'failure',
    title: `#${worst.number}: ${check.title}`,
    summary: paragraphs(
      `This group of the merge queue lands ${numbersOf(pulls)}. The worst result counts:\n\n${results.join('\n')}`,
      check.conclusion === null &&
        'A merge queue waits for nobody: once this is there, add the pull request to the queue again.',
      `## #${worst.number}`,
      check.summary,
    ),
  });
}

function mark({ conclusion }: CheckText): string {
  return conclusion === 'success' ? '✅' : conclusion === null ? '⏳' : '❌';
}

function togetherWrong(pulls: readonly CheckedPull[], violations: readonly Violation[]): CheckText {
  return checkText({
    name: 'access/policy',
    conclusion: 'failure',
    title: `${count(violations.length, 'violation')} of all together`,
    summary: `Each of ${numbersOf(pulls)} could land by itself, and not all of them together:\n\n${violations.map(violationLine).join('\n')}`,
    text: '',
    annotations: violations.map(annotationOf),
  });
}

function bothFail(title: string, summary: string): CheckText[] {
  const check = { conclusion: 'failure', title, summary, text: '', annotations: [] } as const;
  return [checkText({ ...check, name: 'access/policy' }), checkText({ ...check, name: 'access/approval' })];
}

function numbersOf(pulls: readonly CheckedPull[]): string {
  return listed(pulls.map(({ number }) => `#${number}`));
}
