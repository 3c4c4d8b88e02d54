import canonicalize from 'canonicalize';
import type { MergedPull, Verdict } from '../approvals/verdict.ts';
import { appendEvent } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { insertGrant } from '../database/grants.ts';
import type { Grant } from '../grants/grant.ts';
import type { Holder, ResolvedRequest } from '../policies/decision.ts';
import type { EntryChange } from '../requests/change-set.ts';
import { formatInstant, type Instant } from '../requests/instant.ts';
import { applyGrants, type Task } from './tasks.ts';

/** One real change of the default branch, and what it is worth. */
export interface DecidedChange {
  readonly change: EntryChange;
  readonly verdict: Verdict;
}

export interface Occasion {
  readonly repositoryId: number;
  /** The commit of the default branch that was decided on last. */
  readonly before: string;
  /** The commit of the default branch that is decided on. */
  readonly after: string;
  readonly now: Instant;
  /** The accepted version that it is decided under. */
  readonly policyVersion: string;
  /** Whether the branch can't be decided on as a whole: then only what ends access earlier takes effect, and everything else waits. */
  readonly waiting: boolean;
  /** The ids of the grants that are not to end before a person says so. */
  readonly heldBack: ReadonlySet<string>;
}

/** What follows from a verdict, and the pull request that is to hear of it. */
export interface Consequence {
  readonly tasks: readonly Task[];
  readonly pull: number | null;
}

/** Stores the grant of one holder with its end, and the decision that it rests on. */
export async function storeGrant(
  trx: Queryable,
  { pull, request, reviewWithin }: Extract<Verdict, { kind: 'approved' }>,
  holder: Holder,
  { start, end }: { readonly start: Instant; readonly end: Instant },
  { repositoryId, after, now, policyVersion }: Occasion,
): Promise<Consequence> {
  const { key, principal, resource, role, connector, connection, entitlement } = request;
  const { reason, ticket, file, emergency } = request;
  // What nobody reviews in time ends when the time for it is over.
  const expiresAt = reviewWithin === null ? end : Math.min(end, start + reviewWithin * 60_000);
  const grant = await insertGrant(
    trx,
    {
      repositoryId,
      key,
      principal,
      resource,
      role,
      connector,
      connection,
      entitlement,
      identity: holder.identity,
      holder: { id: holder.id, name: holder.name },
      reason,
      ticket,
      file,
      entitlementKey: keyOf(request),
      pull: pull.number,
      mergeSha: after,
      digest: pull.assessment.digest ?? '',
      startsAt: start,
      expiresAt,
      state: 'scheduled',
      standing: false,
      endedBecause: null,
      grantedAt: null,
      revokedAt: null,
      emergency,
      reviewedAt: emergency && reviewWithin === null ? pull.mergedAt : null,
      approvedUntil: emergency ? end : null,
      judgedAt: pull.tip,
      decidedAt: now,
      policyVersion,
    },
    now,
  );
  await appendEvent(trx, {
    at: now,
    kind: 'grant-decided',
    repositoryId,
    pull: pull.number,
    grantId: grant.id,
    subject: `${holder.name} may have ${role} on ${resource} until ${formatInstant(expiresAt)}`,
    details: {
      request,
      holder,
      starts: formatInstant(start),
      expires: formatInstant(expiresAt),
      ...(reviewWithin === null ? {} : { reviewWithin, expiresOnceReviewed: formatInstant(end) }),
      mergedAt: formatInstant(pull.mergedAt),
      ...evidence(pull, after),
    },
  });
  return { tasks: [applyGrants(grant)], pull: pull.number };
}

/** Whether a grant is of the very access that a request asks for: logins, names and entitlements can have come to mean others since. */
export function isOfSameHolding(grant: Grant, request: ResolvedRequest, holder: Holder): boolean {
  return (
    grant.principal.id === request.principal.id &&
    grant.connection === request.connection &&
    grant.holder.id === holder.id &&
    grant.identity === holder.identity &&
    grant.entitlementKey === keyOf(request)
  );
}

function keyOf({ entitlement }: ResolvedRequest): string {
  return canonicalize(entitlement) ?? '';
}

/** What proves the approval: the digest, and whose reviews met which rule. */
export function evidence(
  { headSha, assessment, approval }: MergedPull,
  after: string,
): Record<string, unknown> {
  return {
    headSha,
    branchSha: after,
    digest: assessment.digest,
    approvals: approval.counting.map(({ id, person, submittedAt }) => ({
      review: id,
      account: person.id,
      login: person.login,
      at: formatInstant(submittedAt),
    })),
    requirements: approval.requirements.map(({ requirement, by }) => ({
      kind: requirement.kind,
      parties: requirement.parties,
      count: requirement.count,
      rules: requirement.rules.map(({ file, line, subject }) => ({ file, line, subject })),
      by: by.map(({ id }) => id),
    })),
  };
}
