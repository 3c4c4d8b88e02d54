import { randomUUID } from 'node:crypto';
import type { Observation } from '../connectors/connector.ts';
import { appendEvents } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { endGrants, grantsOfHolding, moveGrant, noteFailure } from '../database/grants.ts';
import { insertReverts } from '../database/reverts.ts';
import type { EndReason, Grant } from '../grants/grant.ts';
import { grantEvent } from './grant-event.ts';
import { takeBackLate } from './late-gifts.ts';
import type { Parts } from './parts.ts';
import { announcePull, applyGrants, handOut, tendRevert, writeRecords, type Task } from './tasks.ts';

/** What became of the grants of one holding. */
export type Settled = { readonly grants: readonly Grant[] } & (
  | {
      readonly kind: 'ended';
      readonly event: 'access-revoked' | 'grant-ended';
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'given'; readonly standing: boolean }
  /** The target will never take it. */
  | { readonly kind: 'refused'; readonly reason: string }
);

type Kind<Name extends Settled['kind']> = Extract<Settled, { readonly kind: Name }>;

/** More tasks than this are sent by a task of their own: nobody whose time is up waits for it. */
const fewTasks = 10;
/** And so many seconds later: by then most of those are over that end at the same time. */
const headStart = 40;

/** One transaction: what became of all these holdings of one entitlement, the audit events, and the tasks that follow. */
export async function settle(parts: Parts, settled: readonly Settled[], shown: Observation): Promise<void> {
  if (settled.length === 0) return;
  const { db, queue } = parts;
  await db.transaction().execute(async (trx) => {
    const follow: Task[] = [];
    for (const one of settled)
      if (one.kind === 'given') follow.push(...(await confirm(parts, trx, one)));
      else if (one.kind === 'refused') follow.push(...(await refuse(parts, trx, one, shown)));
    follow.push(
      ...(await end(
        parts,
        trx,
        settled.filter((one) => one.kind === 'ended'),
      )),
    );
    const grants = settled.flatMap((one) => one.grants);
    for (const { repositoryId, pull } of grants)
      follow.push(writeRecords(repositoryId), announcePull(repositoryId, pull));
    const tasks = [...new Map(follow.map((task) => [`${task.name} ${task.key}`, task])).values()];
    if (tasks.length > fewTasks)
      await queue.send(trx, handOut(tasks, randomUUID()), { startAfterSeconds: headStart });
    else await queue.send(trx, tasks);
  });
}

async function confirm(parts: Parts, trx: Queryable, { grants, standing }: Kind<'given'>): Promise<Task[]> {
  const grantedAt = parts.clock.now();
  const active = await Promise.all(
    grants.map(({ id }) => moveGrant(trx, id, ['granting'], 'active', { grantedAt })),
  );
  const given = grants.filter((_, index) => active[index]);
  await appendEvents(
    trx,
    given.map((grant) => grantEvent(grant, grantedAt, 'access-granted', { standing })),
  );
  // It was given by a process that slept, while another one took the grants to their end.
  return given.length === 0 && !standing ? takeBackLate(parts, trx, grants, grantedAt) : [];
}

/** These grants are over, and the target shows what it should. */
async function end(parts: Parts, trx: Queryable, settled: readonly Kind<'ended'>[]): Promise<Task[]> {
  const revokedAt = parts.clock.now();
  const grants = settled.flatMap((one) => one.grants);
  const ended = new Map((await endGrants(trx, grants, revokedAt)).map((grant) => [grant.id, grant]));
  const events = settled.flatMap(({ event, details, grants: these }) =>
    these.flatMap(({ id }) => {
      const grant = ended.get(id);
      return grant
        ? grantEvent(grant, revokedAt, event, { ...details, endedBecause: grant.endedBecause })
        : [];
    }),
  );
  await appendEvents(trx, events);
  // What was over before has its revert.
  const over = grants.flatMap(({ id, revokedAt: before }) => (before === null && ended.get(id)) || []);
  const reverts = await wantReverts(trx, over, revokedAt, ({ endedBecause }) =>
    endedBecause === null || endedBecause === 'returned' ? null : whyOver[endedBecause],
  );
  const late = settled.filter(
    ({ event, grants: these }) => event === 'access-revoked' && !these.some(({ id }) => ended.has(id)),
  );
  return [...reverts, ...(await giveBack(parts, trx, late))];
}

/** What a process that slept took, after it was given anew. */
async function giveBack({ log }: Parts, trx: Queryable, late: readonly Kind<'ended'>[]): Promise<Task[]> {
  const holdings = late.flatMap(({ grants }) => grants[0] ?? []);
  const tasks: Task[] = [];
  for (const holding of holdings)
    for (const { id } of await grantsOfHolding(trx, holding, ['active'])) {
      if (!(await moveGrant(trx, id, ['active'], 'granting'))) continue;
      log.warn({ grant: id }, 'access was taken by a process that slept: it is given again');
      tasks.push(applyGrants(holding));
    }
  return tasks;
}

const whyOver: Readonly<Record<Exclude<EndReason, 'returned'>, string>> = {
  expired: 'Its time is up.',
  left: 'Who held it left.',
  'never-granted': 'It was never given.',
};

/**
 * Nothing waits for the identity to appear one day. What it holds all the same, an earlier attempt may have given before it was cut short: that is
 * taken back like any other.
 */
async function refuse(
  { clock }: Parts,
  trx: Queryable,
  { grants, reason }: Kind<'refused'>,
  shown: Observation,
): Promise<Task[]> {
  const at = clock.now();
  const held = grants.some(({ identity }) => shown.has(identity));
  const [state, endedBecause] = held
    ? (['revoking', 'never-granted'] as const)
    : (['refused', null] as const);
  const refused: Grant[] = [];
  for (const grant of grants)
    if (await moveGrant(trx, grant.id, ['granting'], state, { endedBecause })) refused.push(grant);
  await noteFailure(
    trx,
    refused.map(({ id }) => id),
    reason,
  );
  await appendEvents(
    trx,
    refused.map((grant) => grantEvent(grant, at, 'target-refused', { reason })),
  );
  return held
    ? refused.map(applyGrants)
    : wantReverts(trx, refused, at, () => `The target refused it: ${reason}`);
}

/** `reason`: why the entry of a grant goes; `null`: it does not. */
async function wantReverts(
  trx: Queryable,
  grants: readonly Grant[],
  at: number,
  reason: (grant: Grant) => string | null,
): Promise<Task[]> {
  const wanted = grants.flatMap((grant) => {
    const { repositoryId, id, key, file, pull } = grant;
    const why = reason(grant);
    return why === null ? [] : { repositoryId, reason: why, grantId: id, key, file, sourcePull: pull };
  });
  return (await insertReverts(trx, wanted, at)).map(({ id }) => tendRevert(id));
}
