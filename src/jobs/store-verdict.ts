import canonicalize from 'canonicalize';
import type { MergedPull, Verdict } from '../approvals/verdict.ts';
import { appendEvent } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { grantsOfRequest, insertGrant, moveGrant } from '../database/grants.ts';
import { insertRevert, revertsUnderWay } from '../database/reverts.ts';
import { isLive, type Grant } from '../grants/grant.ts';
import { grantPeriod, type ResolvedRequest } from '../policies/decision.ts';
import type { ExpandedEntry, RequestKey } from '../requests/access-request.ts';
import { sameMeaning, type EntryChange } from '../requests/change-set.ts';
import { formatInstant, type Instant } from '../requests/instant.ts';
import { applyGrants, tendRevert, type Task } from './tasks.ts';

/** One real change of the default branch, and what it is worth. */
export interface DecidedChange {
  readonly change: EntryChange;
  readonly verdict: Verdict;
}

interface Occasion {
  readonly repositoryId: number;
  /** The commit of the default branch that is decided on. */
  readonly after: string;
  readonly now: Instant;
}

/** What follows from a verdict, and the pull request that is to hear of it. */
interface Consequence {
  readonly tasks: readonly Task[];
  readonly pull: number | null;
}

/** Stores what a verdict means, with its audit event: a grant with its end, a moved end, a return, or a refusal with its revert. */
export async function storeVerdict(
  trx: Queryable,
  { change, verdict }: DecidedChange,
  occasion: Occasion,
): Promise<Consequence> {
  const live = (await grantsOfRequest(trx, occasion.repositoryId, change.key)).find(isLive);
  switch (verdict.kind) {
    case 'returned': {
      const { tasks, pull } = live ? await takeBack(trx, live, occasion) : nothing;
      return { tasks: [...tasks, ...(await settledReverts(trx, change.key, occasion))], pull };
    }
    case 'refused':
      return change.kind === 'changed' && live && shortens(change, live)
        ? moveEnd(trx, live, endOf(change.after, live), occasion)
        : refuse(trx, change, verdict, occasion);
    case 'approved': {
      const { pull, request } = verdict;
      const { start, end } = grantPeriod(request, pull.mergedAt);
      if (live && live.expiresAt > occasion.now) {
        const moved =
          change.kind === 'changed' && changesEnd(change)
            ? (request.until ?? endOf(change.after, live))
            : live.expiresAt;
        return moved === live.expiresAt ? nothing : moveEnd(trx, live, moved, occasion, pull);
      }
      if (live)
        throw new Error(`the grant ${live.id} of the same request is still being taken back: decide again`);
      if (end <= occasion.now)
        return refuse(
          trx,
          change,
          { pull: pull.number, reason: 'its end passed before it was decided' },
          occasion,
        );
      return give(trx, request, pull, { start, end }, occasion);
    }
  }
}

const nothing: Consequence = { tasks: [], pull: null };

async function give(
  trx: Queryable,
  request: ResolvedRequest,
  pull: MergedPull,
  { start, end }: { readonly start: Instant; readonly end: Instant },
  { repositoryId, after, now }: Occasion,
): Promise<Consequence> {
  const {
    key,
    principal,
    resource,
    role,
    connector,
    connection,
    entitlement,
    identity,
    reason,
    ticket,
    file,
  } = request;
  const digest = pull.assessment.digest ?? '';
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
      entitlementKey: canonicalize(entitlement) ?? '',
      identity,
      reason,
      ticket,
      file,
      pull: pull.number,
      mergeSha: after,
      digest,
      startsAt: start,
      expiresAt: end,
      state: 'scheduled',
      standing: false,
      endedBecause: null,
      grantedAt: null,
      revokedAt: null,
    },
    now,
  );
  await appendEvent(trx, {
    at: now,
    kind: 'grant-decided',
    repositoryId,
    pull: pull.number,
    grantId: grant.id,
    subject: `${principal.name} may have ${role} on ${resource} until ${formatInstant(end)}`,
    details: {
      request,
      starts: formatInstant(start),
      expires: formatInstant(end),
      mergedAt: formatInstant(pull.mergedAt),
      ...evidence(pull, after),
    },
  });
  return { tasks: [applyGrants(grant)], pull: pull.number };
}

/** What proves the approval: the digest, and whose reviews met which rule. */
function evidence({ headSha, assessment, approval }: MergedPull, after: string): Record<string, unknown> {
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

async function moveEnd(
  trx: Queryable,
  live: Grant,
  end: Instant,
  { repositoryId, after, now }: Occasion,
  pull?: MergedPull,
): Promise<Consequence> {
  await moveGrant(trx, live.id, [live.state], live.state, { expiresAt: end });
  await appendEvent(trx, {
    at: now,
    kind: 'end-moved',
    repositoryId,
    pull: pull?.number ?? live.pull,
    grantId: live.id,
    subject: `${live.principal.name}'s ${live.role} on ${live.resource} now ends ${formatInstant(end)}`,
    details: {
      from: formatInstant(live.expiresAt),
      to: formatInstant(end),
      ...(pull ? evidence(pull, after) : { branchSha: after }),
    },
  });
  return { tasks: [applyGrants(live)], pull: pull?.number ?? live.pull };
}

async function takeBack(
  trx: Queryable,
  live: Grant,
  { repositoryId, after, now }: Occasion,
): Promise<Consequence> {
  const untouched = live.state === 'scheduled';
  await moveGrant(trx, live.id, [live.state], untouched ? 'revoked' : 'revoking', {
    endedBecause: untouched ? 'never-granted' : 'returned',
    ...(untouched && { revokedAt: now }),
  });
  await appendEvent(trx, {
    at: now,
    kind: 'return-decided',
    repositoryId,
    pull: live.pull,
    grantId: live.id,
    subject: `${live.principal.name}'s request for ${live.role} on ${live.resource} was taken out`,
    details: { branchSha: after, given: !untouched },
  });
  return { tasks: untouched ? [] : [applyGrants(live)], pull: live.pull };
}

/** The revert pull requests that have nothing left to take out. */
async function settledReverts(trx: Queryable, key: RequestKey, { repositoryId }: Occasion): Promise<Task[]> {
  const underWay = await revertsUnderWay(trx, repositoryId);
  return underWay.filter((revert) => revert.key === key).map(({ id }) => tendRevert(id));
}

async function refuse(
  trx: Queryable,
  change: EntryChange,
  { pull, reason }: { readonly pull: number | null; readonly reason: string },
  { repositoryId, after, now }: Occasion,
): Promise<Consequence> {
  const entry = change.kind === 'removed' ? change.before : change.after;
  const { file, resource, role, request } = entry;
  await appendEvent(trx, {
    at: now,
    kind: 'grant-refused',
    repositoryId,
    pull,
    grantId: null,
    subject: `${request.principal.name} gets nothing: ${role} on ${resource} was refused, since ${reason}`,
    details: { key: change.key, file, change: change.kind, branchSha: after, reason },
  });
  // Only what was added can be taken out again; of an edited entry the old end stays in force.
  if (change.kind !== 'added') return { tasks: [], pull };
  const revert = await insertRevert(
    trx,
    {
      repositoryId,
      reason: `Nothing was granted: ${reason}.`,
      grantId: null,
      key: change.key,
      file,
      sourcePull: pull,
    },
    now,
  );
  return { tasks: [tendRevert(revert.id)], pull };
}

/** The end that the entry's own words give a grant that began already. */
function endOf({ request, duration }: ExpandedEntry, live: Grant): Instant {
  return request.until ?? (duration === undefined ? live.expiresAt : live.startsAt + duration * 60_000);
}

function shortens({ after }: Extract<EntryChange, { kind: 'changed' }>, live: Grant): boolean {
  return endOf(after, live) < live.expiresAt;
}

/** Whether an edit is one of the duration or the end: a typo fix in the reason moves no end. */
function changesEnd({ before, after }: Extract<EntryChange, { kind: 'changed' }>): boolean {
  const { duration, until } = { duration: before.duration, until: before.request.until };
  return !sameMeaning(before, after) && (after.duration !== duration || after.request.until !== until);
}
