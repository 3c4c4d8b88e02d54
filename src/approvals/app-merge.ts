import type { Person } from '../policies/directory.ts';
import type { ApprovalState } from './approval.ts';
import type { Assessment } from './assessment.ts';

/**
 * Whether the app may merge a pull request by itself, where the settings leave that to it: what it asks for is allowed and was approved, or needs
 * nobody; it takes out nobody's entries but the author's own; and it changes no other file that somebody else would have to look at. The app may pass
 * by the branch's rules, so everything else waits for a person.
 */
export function mayAppMerge(
  assessment: Assessment,
  approval: ApprovalState,
  author: Pick<Person, 'login'>,
): boolean {
  const { decisions, allowed, requirements, waived, otherFiles, controlFiles } = assessment;
  const decided = requirements.length > 0 || waived.size > 0;
  const foreign = decisions.some(
    ({ change }) => change.kind === 'removed' && !isOf(change.before.request.principal, author),
  );
  const others = [...otherFiles.keys()].some((path) => !controlFiles.includes(path));
  return allowed && approval.approved && decided && !foreign && !others;
}

function isOf(
  { kind, name }: { readonly kind: string; readonly name: string },
  { login }: Pick<Person, 'login'>,
): boolean {
  return kind === 'user' && name.toLowerCase() === login.toLowerCase();
}
