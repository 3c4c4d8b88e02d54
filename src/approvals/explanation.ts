import type { Decision } from '../policies/decision.ts';
import { isRequestsFile } from '../requests/requests-paths.ts';
import { hasErrors, type Violation } from '../requests/violation.ts';
import type { ApprovalState, RequirementState } from './approval.ts';
import type { Assessment } from './assessment.ts';

/** Where a reason comes from. `line`: 1-based; `null` where it is the lack of a line. */
export interface Source {
  readonly file: string;
  readonly line: number | null;
  readonly commit: string;
}

/** One reason of a decision, with the reasons of its own. */
export interface Explanation {
  /** `open`: nobody has said no, and it is not yes yet. */
  readonly result: 'yes' | 'no' | 'open';
  readonly text: string;
  readonly source?: Source;
  readonly children: readonly Explanation[];
}

export interface Explained {
  readonly assessment: Assessment;
  readonly approval: ApprovalState;
  readonly headSha: string;
  /** The accepted version: what policies and CODEOWNERS are read at. */
  readonly policyVersion: string;
}

/** Why a pull request is granted, is not, or waits: every condition and every approval, each with its rule. */
export function explain(explained: Explained): Explanation {
  const { assessment, approval } = explained;
  const children = [policyOf(explained), ...(assessment.allowed ? [approvalOf(explained)] : [])];
  const text =
    assessment.decisions.length > 0
      ? 'what this pull request asks for'
      : assessment.controlFiles.length > 0
        ? 'what this pull request changes of the policies'
        : 'nothing is asked';
  const result = !assessment.allowed ? 'no' : resultOf(approval);
  return { result, text, children };
}

function resultOf({ state }: ApprovalState): Explanation['result'] {
  if (state === 'approved') return 'yes';
  return state === 'impossible' ? 'no' : 'open';
}

function policyOf(explained: Explained): Explanation {
  const { assessment } = explained;
  const ofEntries = new Set(assessment.decisions.flatMap(({ violations }) => violations));
  const others = assessment.violations.filter((violation) => !ofEntries.has(violation));
  return {
    result: assessment.allowed ? 'yes' : 'no',
    text: 'the policy',
    children: [
      ...assessment.decisions.map((decision) => decisionOf(decision, explained)),
      ...others.map((violation) => violationOf(violation, explained)),
    ],
  };
}

function decisionOf(decision: Decision, explained: Explained): Explanation {
  const { change, checks = [], notes = [], role, violations } = decision;
  const entry = change.kind === 'removed' ? change.before : change.after;
  const verb = { added: 'asks for', changed: 'changes', removed: 'gives back' }[change.kind];
  const waiver = explained.assessment.waived.get(decision);
  const checked = new Set(checks.flatMap((check) => check.violations));
  return {
    result: hasErrors(violations) ? 'no' : 'yes',
    text: `${entry.request.principal.name} ${verb} ${entry.role} on ${entry.resource}`,
    source: { file: entry.file, line: entry.start.line, commit: explained.headSha },
    children: [
      ...(change.kind === 'removed'
        ? [{ result: 'yes', text: 'giving back is always allowed', children: [] } as const]
        : []),
      ...checks.map((check) => checkOf(check, role, explained)),
      ...violations
        .filter((violation) => !checked.has(violation))
        .map((violation) => violationOf(violation, explained)),
      ...notes.map((text): Explanation => ({ result: 'yes', text, children: [] })),
      ...(waiver ? [{ result: 'yes', text: waiverText[waiver], children: [] } as const] : []),
    ],
  };
}

function checkOf(
  { title, violations }: NonNullable<Decision['checks']>[number],
  role: Decision['role'],
  explained: Explained,
): Explanation {
  return {
    result: hasErrors(violations) ? 'no' : 'yes',
    text: title,
    ...(role && { source: { file: role.file, line: role.line, commit: explained.policyVersion } }),
    children: violations.map((violation) => violationOf(violation, explained)),
  };
}

const waiverText = {
  automatic: 'the policy asks nobody to approve it',
  emergency: 'an emergency: nobody needs to approve it before, and somebody must review it after',
} as const;

function violationOf(
  { file, line, message, severity }: Violation,
  { headSha, policyVersion }: Explained,
): Explanation {
  const commit = isRequestsFile(file) ? headSha : policyVersion;
  return {
    result: severity === 'error' ? 'no' : 'yes',
    text: message,
    source: { file, line, commit },
    children: [],
  };
}

function approvalOf(explained: Explained): Explanation {
  const { approval } = explained;
  return {
    result: resultOf(approval),
    text: 'the approvals',
    children: [
      ...approval.requirements.map((state) => requirementOf(state, explained)),
      ...approval.vetoes.map(({ login }): Explanation => ({
        result: 'no',
        text: `${login} requested changes`,
        children: [],
      })),
      ...approval.notCounting.map(({ login, reason }): Explanation => ({
        result: 'no',
        text: `${login} ${reason}`,
        children: [],
      })),
    ],
  };
}

function requirementOf(
  { requirement, met, by, canApprove, impossible }: RequirementState,
  { policyVersion }: Explained,
): Explanation {
  const { count, parties, rules } = requirement;
  const names = (people: readonly { readonly login: string }[]) =>
    people.map(({ login }) => login).join(', ');
  const outcome = met
    ? `approved by ${names(by)}`
    : (impossible ?? `waiting for one of ${names(canApprove) || 'them'}`);
  return {
    result: met ? 'yes' : impossible === null ? 'open' : 'no',
    text: `${count} of ${parties.join(', ') || 'nobody'}: ${outcome}`,
    children: rules.map(({ file, line, subject }): Explanation => ({
      result: met ? 'yes' : 'open',
      text: `for ${subject}`,
      source: { file, line, commit: policyVersion },
      children: [],
    })),
  };
}
