import type { Decision } from '../policies/decision.ts';
import type { Directory, Person } from '../policies/directory.ts';
import type { EntitlementSchemas } from '../policies/entitlement-schemas.ts';
import { evaluate, furtherViolations } from '../policies/evaluate.ts';
import type { BoundConnection } from '../policies/evaluation.ts';
import type { PastGrant } from '../policies/past-grant.ts';
import { requestKey, type ExpandedEntry, type RequestKey } from '../requests/access-request.ts';
import type { Instant } from '../requests/instant.ts';
import { hasErrors, sortViolations, type Violation } from '../requests/violation.ts';
import type { CodeownersError } from './codeowners.ts';
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
  /** Every grant of this repository, past and live. */
  readonly history: readonly PastGrant[];
  /** Whether every commit bears a signature that GitHub verified. */
  readonly commitsSigned: boolean;
  /** Nobody but the requester wrote, committed or pushed anything of it, and it comes from no fork. */
  readonly soleContributor: boolean;
  /** What lands on the branch together with it, where that is known already. */
  readonly company?: Company;
}

/** What a step of the branch brings, in whatever pull requests: each is judged as if it asked for all of it. */
export interface Company {
  /** The entries that it adds or edits. */
  readonly asked: readonly ExpandedEntry[];
  /** Every entry that stands after it. */
  readonly standing: readonly ExpandedEntry[];
}

const noCompany: Company = { asked: [], standing: [] };

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
  /** Who must review what was granted in an emergency, as if it had been asked for without one. */
  readonly reviewRequirements: readonly Requirement[];
  /** Why nobody needs to approve an entry before it is granted. */
  readonly waived: ReadonlyMap<Decision, Waiver>;
  readonly controlFiles: Proposal['controlFiles'];
  readonly codeownersFile: Proposal['codeownersFile'];
  /** The lines of CODEOWNERS that GitHub skips. */
  readonly codeownersErrors: readonly CodeownersError[];
  readonly otherFiles: Proposal['otherFiles'];
}

export type Waiver = 'automatic' | 'emergency';

export function assess(proposal: Proposal, circumstances: Circumstances): Assessment {
  const { policies, policyVersion, otherFiles, controlFiles, standing } = proposal;
  const { directory, company = noCompany } = circumstances;
  const asking = proposal.changes.flatMap((change) => (change.kind === 'removed' ? [] : [change.after]));
  const context = {
    ...circumstances,
    policies,
    held: together(standing, company.standing),
    alsoAsked: together(asking, company.asked),
  };
  const decisions = proposal.changes.map((change) => evaluate(change, context));
  const waived = waivers(decisions, proposal, circumstances);
  const asked = requirementsOf(decisions, { ...proposal, waived }, directory);
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
    reviewRequirements: requirementsOf(decisions, proposal, directory).requirements,
    waived,
    controlFiles,
    codeownersFile: proposal.codeownersFile,
    codeownersErrors: proposal.codeowners?.errors ?? [],
    otherFiles,
  };
}

/** The entries, and those of the others that ask for something else. */
function together(entries: readonly ExpandedEntry[], others: readonly ExpandedEntry[]): ExpandedEntry[] {
  const keys = new Set(entries.map(requestKey));
  return [...entries, ...others.filter((other) => !keys.has(requestKey(other)))];
}

/**
 * Which entries nobody needs to approve (design, section 4): those of an emergency, and what the policy approves automatically if it does so
 * for everything that is asked. Either way nobody else may have had a hand in it.
 */
function waivers(
  decisions: readonly Decision[],
  { controlFiles }: Proposal,
  { soleContributor }: Circumstances,
): ReadonlyMap<Decision, Waiver> {
  if (!soleContributor) return new Map();
  const asking = decisions.filter(({ change }) => change.kind !== 'removed');
  const automatic = controlFiles.length === 0 && asking.every((decision) => decision.automatic);
  return new Map(
    asking.flatMap((decision): [Decision, Waiver][] => {
      if (decision.emergency) return [[decision, 'emergency']];
      return automatic ? [[decision, 'automatic']] : [];
    }),
  );
}
