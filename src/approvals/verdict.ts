import type { ResolvedRequest } from '../policies/decision.ts';
import { sameChange, type EntryChange } from '../requests/change-set.ts';
import type { Minutes } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';
import type { ApprovalState } from './approval.ts';
import type { Assessment } from './assessment.ts';

/** A pull request that GitHub merged into the branch, judged by what its head said and who approved that. */
export interface MergedPull {
  readonly number: number;
  readonly mergedAt: Instant;
  readonly headSha: string;
  readonly assessment: Assessment;
  readonly approval: ApprovalState;
  /** Whether whoever would have had to approve an emergency did so. */
  readonly reviewed: boolean;
  /** The commit of the branch that it was judged on. */
  readonly tip: string;
}

/** The pull requests that a push brought. */
export interface MergedPulls {
  readonly pulls: readonly MergedPull[];
  /** Those that GitHub does not give whole, and why: they prove nothing. */
  readonly unjudged: readonly { readonly number: number; readonly reason: string }[];
}

/** What a change of the default branch is worth. */
export type Verdict =
  | {
      readonly kind: 'approved';
      readonly pull: MergedPull;
      readonly request: ResolvedRequest;
      /** Granted before anybody reviewed it, which is to be done within so many minutes; `null`: approved. */
      readonly reviewWithin: Minutes | null;
    }
  /** Taking out is always allowed, whoever did it. */
  | { readonly kind: 'returned' }
  | { readonly kind: 'refused'; readonly pull: number | null; readonly reason: string };

/**
 * What one real change of the default branch is worth: it counts only where a pull request that GitHub merged into this branch says
 * the very same and was approved with that content. Anything else gives nothing (design, invariant 6).
 */
export function verdictOn(change: EntryChange, { pulls, unjudged }: MergedPulls): Verdict {
  if (change.kind === 'removed') return { kind: 'returned' };
  const same = pulls.flatMap((pull) => {
    const decision = pull.assessment.decisions.find((other) => sameChange(other.change, change));
    return decision ? [{ pull, decision }] : [];
  });
  const [first] = same;
  if (!first) return notAsked(unjudged);
  for (const { pull, decision } of same)
    if (decision.request && pull.assessment.allowed && pull.approval.approved)
      return {
        kind: 'approved',
        pull,
        request: decision.request,
        reviewWithin: pull.reviewed ? null : (decision.emergency?.reviewWithin ?? null),
      };
  return { kind: 'refused', pull: first.pull.number, reason: whyRefused(first.pull) };
}

function notAsked([unjudged]: MergedPulls['unjudged']): Verdict {
  const reason = 'no merged pull request asked for exactly this';
  if (!unjudged) return { kind: 'refused', pull: null, reason };
  return {
    kind: 'refused',
    pull: unjudged.number,
    reason: `#${unjudged.number} could not be judged: ${unjudged.reason}`,
  };
}

function whyRefused({ assessment, approval }: MergedPull): string {
  const violation = assessment.violations.find(({ severity }) => severity === 'error');
  if (violation) return `the policy does not allow it: ${violation.message}`;
  if (approval.vetoes.length > 0)
    return `it was merged although ${approval.vetoes.map(({ login }) => `@${login}`).join(', ')} requested changes`;
  const missing = approval.requirements
    .filter(({ met }) => !met)
    .flatMap(({ requirement }) => requirement.parties);
  return missing.length > 0
    ? `it was merged without the approval of ${[...new Set(missing)].join(' or ')}`
    : 'it was merged without an approval that counts';
}
