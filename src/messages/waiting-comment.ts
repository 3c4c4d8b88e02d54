import type { RequirementState } from '../approvals/approval.ts';
import { formatDuration, type Minutes } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';
import { listed, mentions, moment } from './markdown.ts';

/** Reminds of a request that nobody merged yet, and says what is missing. */
export function reminder(
  requirements: readonly RequirementState[],
  { pendingFor, closes }: { readonly pendingFor: Minutes; readonly closes: Instant },
): string {
  const open = requirements.filter(({ met }) => !met);
  const missing =
    open.length === 0
      ? 'It has every approval that it needs and can be merged.'
      : open.map(missingText).join('\n');
  return `This request has been open for ${formatDuration(pendingFor)}.\n\n${missing}\n\nUnless it is merged it is closed at ${moment(closes)}.`;
}

function missingText({ requirement, canApprove }: RequirementState): string {
  const who = canApprove.length > 0 ? `: ${mentions(canApprove, 'or')} can give it` : '';
  return `- Missing: the approval of ${listed(requirement.parties, 'or')}${who}.`;
}

/** Says why the app closes a request. */
export function closing(pendingFor: Minutes): string {
  return `Nobody merged this request within ${formatDuration(pendingFor)} and a week after the reminder, so it is closed. Reopen it, or open a new one, when the access is needed.`;
}

/** Reminds of a revert pull request that the app may not merge. */
export function revertReminder(pendingFor: Minutes): string {
  return `This pull request has been open for ${formatDuration(pendingFor)}, since the rules of the branch do not let Countersign merge it. Somebody who may is to merge it: until then the branch says something that is not so. To have Countersign do it the next time, let its App bypass the ruleset.`;
}
