import type { ApprovalState, RequirementState } from '../approvals/approval.ts';
import type { Assessment } from '../approvals/assessment.ts';
import type { Explanation } from '../approvals/explanation.ts';
import { explanationText } from './explanation-text.ts';
import { formatDuration } from '../requests/duration.ts';
import { checkText, type CheckText } from './check-text.ts';
import { listed, mentions, prose, quoted } from './markdown.ts';
import { asked, paragraphs } from './policy-check.ts';

/** The check `access/approval`: who approved, who is still asked, and why a review does not count. */
export function approvalCheck(
  assessment: Assessment,
  approval: ApprovalState | null,
  explanation?: Explanation,
): CheckText {
  return checkText({
    name: 'access/approval',
    annotations: [],
    text: explanation
      ? `### Every reason\n\n\`\`\`text\n${explanationText(explanation).replaceAll('```', "'''")}\n\`\`\``
      : '',
    ...(approval ? verdict(assessment, approval) : notYet),
  });
}

type Verdict = Pick<CheckText, 'conclusion' | 'title' | 'summary'>;

const notYet: Verdict = {
  conclusion: null,
  title: 'Waiting for access/policy',
  summary: 'Nobody can approve this as long as `access/policy` fails: it is open what would be granted.',
};

function verdict(
  { decisions, requirements, reviewRequirements, waived, controlFiles, digest, ...owned }: Assessment,
  approval: ApprovalState,
): Verdict {
  const { codeownersFile, codeownersErrors } = owned;
  if (decisions.length === 0 && controlFiles.length === 0)
    return {
      conclusion: 'success',
      title: 'No access request is touched',
      summary: 'This pull request asks for no access, so Countersign asks nobody to approve it.',
    };
  const emergency = [...waived].find(([, why]) => why === 'emergency')?.[0].emergency;
  if (requirements.length === 0 && emergency)
    return {
      conclusion: 'success',
      title: `An emergency, to be reviewed within ${formatDuration(emergency.reviewWithin)}`,
      summary: `Nobody needs to approve this before it is merged. Within ${formatDuration(emergency.reviewWithin)} after that it needs the approving review of ${listed(reviewRequirements.map(asked)) || 'nobody'}, on this pull request; without it the access ends then, and the next emergency waits for it.`,
    };
  if (requirements.length === 0 && waived.size > 0)
    return {
      conclusion: 'success',
      title: 'Approved automatically',
      summary:
        'The policy asks nobody to approve this, as long as nobody but the requester has a hand in it.',
    };
  if (requirements.length === 0)
    return {
      conclusion: 'success',
      title: 'Giving access back needs no approval',
      summary: 'This pull request only takes access requests out. That is always allowed.',
    };
  return {
    conclusion: approval.approved ? 'success' : approval.state === 'impossible' ? 'failure' : null,
    title: titleOf(approval),
    summary: paragraphs(
      `### Who must approve\n\n${approval.requirements.map(requirementLine).join('\n')}`,
      approval.vetoes.length > 0 &&
        `### Changes are requested\n\n${approval.vetoes.map(({ login }) => `- @${login}`).join('\n')}`,
      approval.notCounting.length > 0 &&
        `### Reviews that do not count\n\n${approval.notCounting.map(({ login, reason }) => `- @${login} ${prose(reason)}`).join('\n')}`,
      codeownersErrors.length > 0 &&
        `### Lines of ${quoted(codeownersFile ?? 'CODEOWNERS')} that GitHub skips\n\n${codeownersErrors.map(({ line, message }) => `- Line ${line}: ${prose(message)}`).join('\n')}`,
      digest !== null &&
        `An approval counts for exactly what is asked now (${quoted(digest)}): a change of it takes a new one.`,
    ),
  };
}

function titleOf({ state, requirements, counting, vetoes }: ApprovalState): string {
  switch (state) {
    case 'approved':
      return `Approved by ${mentions(counting.map(({ person }) => person))}`;
    case 'vetoed':
      return `${mentions(vetoes)} requested changes`;
    case 'impossible':
      return 'Nobody can approve this';
    case 'waiting': {
      const open = requirements.filter(({ met }) => !met).flatMap(({ requirement }) => requirement.parties);
      return `Waiting for ${listed([...new Set(open)], 'or')}`;
    }
  }
}

function requirementLine({ requirement, met, by, canApprove, impossible }: RequirementState): string {
  const what = asked(requirement);
  if (met) return `- ✅ ${what}: approved by ${mentions(by)}`;
  if (impossible !== null) return `- ❌ ${what}: ${prose(impossible)}`;
  const soFar = by.length > 0 ? `approved by ${mentions(by)} so far; ` : '';
  const still = canApprove.length > 0 ? `${mentions(canApprove, 'or')} can approve` : 'waiting';
  return `- ⏳ ${what}: ${soFar}${still}`;
}
