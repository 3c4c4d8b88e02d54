import { checkText, type CheckText } from './check-text.ts';
import { prose, quoted } from './markdown.ts';

/** Why nothing can be decided about a pull request at all. */
export type Undecided =
  /** No version of the policies was accepted yet. */
  | { readonly kind: 'nothing-accepted'; readonly branch: string }
  /** GitHub does not give it whole, or it has nothing in common with the branch. */
  | { readonly kind: 'unjudgeable'; readonly message: string };

/** Both checks, where nothing can be decided: they fail, and say what to do. */
export function undecidedChecks(undecided: Undecided): CheckText[] {
  const { title, summary } = texts(undecided);
  const check = { conclusion: 'failure', title, summary, text: '', annotations: [] } as const;
  return [checkText({ ...check, name: 'access/policy' }), checkText({ ...check, name: 'access/approval' })];
}

function texts(undecided: Undecided): { title: string; summary: string } {
  switch (undecided.kind) {
    case 'nothing-accepted':
      return {
        title: 'No policies are in force yet',
        summary: `Nobody has accepted a version of the policies on ${quoted(undecided.branch)} yet. An operator accepts the first one with \`countersign adopt SHA\`; then push to this pull request or re-run this check.`,
      };
    case 'unjudgeable':
      return { title: 'This pull request cannot be judged', summary: prose(undecided.message) };
  }
}
