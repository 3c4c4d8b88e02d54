import type { Verdict } from '../approvals/verdict.ts';
import { appendEvent } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { grantsOfRequest } from '../database/grants.ts';
import { insertRevert, lastEditRevert, revertsUnderWay, type Revert } from '../database/reverts.ts';
import { isInForce, type Grant } from '../grants/grant.ts';
import type { RequestKey } from '../requests/access-request.ts';
import type { EntryChange } from '../requests/change-set.ts';
import { approvedEnd, asksForMore, endOf, moveEnd, standsFor, takeBack } from './move-grant.ts';
import { storeApproved } from './store-approved.ts';
import type { Consequence, DecidedChange, Occasion } from './store-grant.ts';
import { tendRevert } from './tasks.ts';

const nothing: Consequence = { tasks: [], pull: null };

type Edit = Extract<EntryChange, { kind: 'changed' }>;
type Addition = Exclude<EntryChange, { kind: 'removed' }>;

/** Stores what a verdict means, with its audit event: a grant with its end, a moved end, a return, or a refusal with its revert. */
export async function storeVerdict(
  trx: Queryable,
  { change, verdict }: DecidedChange,
  occasion: Occasion,
): Promise<Consequence> {
  const grants = await grantsOfRequest(trx, occasion.repositoryId, change.key);
  const inForce = grants.filter(isInForce);
  const [running] = inForce;
  if (change.kind === 'removed') {
    const { tasks, pull } = await forEach(
      inForce.filter(({ id }) => !occasion.heldBack.has(id)),
      (grant) => takeBack(trx, grant, occasion),
    );
    const settled = await revertsOf(trx, change.key, occasion);
    return { tasks: [...tasks, ...settled.map(({ id, branch }) => tendRevert(id, branch))], pull };
  }
  if (verdict.kind === 'approved' && !occasion.waiting) {
    const stored = await storeApproved(trx, change, verdict, grants, occasion);
    if (!('refused' in stored)) return stored;
    return refuse(trx, change, { pull: verdict.pull.number, reason: stored.refused }, occasion);
  }
  // Shorter is less than what was approved, so it takes effect whoever wrote it.
  if (change.kind === 'changed' && inForce.some((grant) => shortens(change, grant)))
    return forEach(
      inForce.filter((grant) => shortens(change, grant)),
      (grant) => moveEnd(trx, grant, endOf(change.after, grant), occasion),
    );
  if (verdict.kind !== 'refused' || occasion.waiting) return nothing;
  // What is held back was not ended: its entry stands again.
  if (running && occasion.heldBack.has(running.id) && standsFor(change.after, running, occasion.now))
    return nothing;
  if (change.kind === 'changed' && running) return refuseEdit(trx, change, running, verdict, occasion);
  return refuse(trx, change, verdict, occasion);
}

/** What follows for all the grants of a request together. */
async function forEach(
  grants: readonly Grant[],
  act: (grant: Grant) => Promise<Consequence>,
): Promise<Consequence> {
  const consequences: Consequence[] = [];
  for (const grant of grants) consequences.push(await act(grant));
  return {
    tasks: consequences.flatMap(({ tasks }) => tasks),
    pull: consequences.find(({ pull }) => pull !== null)?.pull ?? null,
  };
}

/** Of an entry that was edited without approval what was granted stays as it is, and so will what it says if it says more. */
async function refuseEdit(
  trx: Queryable,
  change: Edit,
  running: Grant,
  { pull, reason }: Extract<Verdict, { kind: 'refused' }>,
  occasion: Occasion,
): Promise<Consequence> {
  const [didBefore, does] = [change.before, change.after].map((entry) =>
    asksForMore(entry, running, occasion.now),
  );
  const underWay = await revertsOf(trx, change.key, occasion);
  const settled = underWay.map(({ id, branch }) => tendRevert(id, branch));
  // Back to what is granted: what was refused is undone, by the app's own pull request or by somebody's hand.
  if (didBefore && !does) return { tasks: settled, pull: null };
  await tellRefusal(trx, change, { pull, reason }, occasion);
  // Where an edit follows one that was refused, both are undone together.
  const restoreSha = didBefore ? (await lastEditRevert(trx, running))?.edit?.restoreSha : occasion.before;
  if (!does || restoreSha === undefined) return { tasks: [], pull };
  const edit = { restoreSha, refusedSha: occasion.after };
  const { tasks } = await undo(trx, change, { pull, reason, edit }, occasion);
  return { tasks: [...settled, ...tasks], pull };
}

/** The revert pull requests of a request that are under way: what it says now can leave them nothing to undo. */
async function revertsOf(trx: Queryable, key: RequestKey, { repositoryId }: Occasion): Promise<Revert[]> {
  return (await revertsUnderWay(trx, repositoryId)).filter((revert) => revert.key === key);
}

async function refuse(
  trx: Queryable,
  change: Addition,
  { pull, reason }: { readonly pull: number | null; readonly reason: string },
  occasion: Occasion,
): Promise<Consequence> {
  await tellRefusal(trx, change, { pull, reason }, occasion);
  // What was edited without a grant to go by has its own revert under way.
  if (change.kind !== 'added') return { tasks: [], pull };
  return undo(trx, change, { pull, reason, edit: null }, occasion);
}

async function tellRefusal(
  trx: Queryable,
  change: Addition,
  { pull, reason }: { readonly pull: number | null; readonly reason: string },
  { repositoryId, after, now }: Occasion,
): Promise<void> {
  const { file, resource, role, request } = change.after;
  await appendEvent(trx, {
    at: now,
    kind: 'grant-refused',
    repositoryId,
    pull,
    grantId: null,
    subject: `${request.principal.name} gets nothing: ${role} on ${resource} was refused, since ${reason}`,
    details: { key: change.key, file, change: change.kind, branchSha: after, reason },
  });
}

/** Has the entry, or the edit of it, taken out of the branch again. */
async function undo(
  trx: Queryable,
  { key, after: { file } }: Addition,
  {
    pull,
    reason,
    edit,
  }: { readonly pull: number | null; readonly reason: string; readonly edit: Revert['edit'] },
  { repositoryId, now }: Occasion,
): Promise<Consequence> {
  const revert = await insertRevert(
    trx,
    {
      repositoryId,
      reason: `Nothing was granted: ${reason}.`,
      grantId: null,
      key,
      file,
      sourcePull: pull,
      edit,
    },
    now,
  );
  return { tasks: [tendRevert(revert.id)], pull };
}

function shortens({ after }: Edit, running: Grant): boolean {
  return endOf(after, running) < approvedEnd(running);
}
