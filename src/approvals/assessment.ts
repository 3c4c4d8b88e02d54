import type { Decision } from '../policies/decision.ts';
import type { Directory, Person } from '../policies/directory.ts';
import type { EntitlementSchemas } from '../policies/entitlement-schemas.ts';
import { evaluate, furtherViolations } from '../policies/evaluate.ts';
import type { BoundConnection } from '../policies/evaluation.ts';
import type { RequestKey } from '../requests/access-request.ts';
import type { Instant } from '../requests/instant.ts';
import { hasErrors, sortViolations, type Violation } from '../requests/violation.ts';
import { digestOf, resolvedChanges, type Digest, type ResolvedChange } from './digest.ts';
import type { Proposal } from './proposal.ts';
import { requirementsOf, type Requirement } from './requirements.ts';

/** Who and what a proposal is judged by. */
export interface Circumstances {
  readonly directory: Directory;
  /** Who opened the pull request. */
  readonly requester: Person;
  readonly now: Instant;
  readonly connectors: EntitlementSchemas;
  readonly connections: ReadonlyMap<string, BoundConnection>;
  /** Since when access stands that was granted for an entry and has not ended: an edit of such an entry extends it. */
  readonly runningSince: ReadonlyMap<RequestKey, Instant>;
}

/** A proposal, judged: what it would grant, what stands in the way, and who must approve exactly what. */
export interface Assessment {
  readonly decisions: readonly Decision[];
  readonly violations: readonly Violation[];
  /** Whether nothing is wrong with it; who approved it is another question. */
  readonly allowed: boolean;
  readonly changes: readonly ResolvedChange[];
  /** `null` while it is open what would be granted: nobody can approve that. */
  readonly digest: Digest | null;
  readonly requirements: readonly Requirement[];
  readonly controlFiles: Proposal['controlFiles'];
  readonly otherFiles: Proposal['otherFiles'];
}

export function assess(proposal: Proposal, circumstances: Circumstances): Assessment {
  const { policies, policyVersion, otherFiles, controlFiles, standing } = proposal;
  const { directory } = circumstances;
  const context = { ...circumstances, policies, held: standing };
  const decisions = proposal.changes.map((change) => evaluate(change, context));
  const asked = requirementsOf(decisions, proposal, directory);
  const violations = sortViolations([
    ...proposal.violations,
    ...decisions.flatMap((decision) => decision.violations),
    ...proposal.flawed.flatMap((change) => furtherViolations(change, context)),
    ...asked.violations,
  ]);
  const changes = resolvedChanges(decisions);
  return {
    decisions,
    violations,
    allowed: !hasErrors(violations) && changes !== undefined,
    changes: changes ?? [],
    digest: changes ? digestOf({ changes, policyVersion, otherFiles }) : null,
    requirements: asked.requirements,
    controlFiles,
    otherFiles,
  };
}
