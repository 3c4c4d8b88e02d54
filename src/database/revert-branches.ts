import { sql } from 'kysely';
import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';
import { revertOf, type Revert } from './reverts.ts';

/** What the branch of a revert is called, and of one that takes out many entries: after the first of them. */
const prefix = { each: 'countersign/revert-', rolling: 'countersign/reverts-' } as const;

/** Whether a branch is one that takes out many entries. */
export function isRollingBranch(branch: string): boolean {
  return branch.startsWith(prefix.rolling);
}

/** How many reverts of a repository were wanted since then. */
export async function revertsWantedSince(
  db: Queryable,
  repositoryId: number,
  since: Instant,
): Promise<number> {
  const { count } = await db
    .selectFrom('reverts')
    .select((revert) => revert.fn.countAll<string | number>().as('count'))
    .where('repositoryId', '=', `${repositoryId}`)
    .where('createdAt', '>', new Date(since))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Gives a revert a branch of its own, unless it has one. */
export async function branchOff(db: Queryable, { id }: Pick<Revert, 'id'>): Promise<void> {
  await db
    .updateTable('reverts')
    .set({ branch: `${prefix.each}${id}` })
    .where('id', '=', id)
    .where('branch', 'is', null)
    .execute();
}

/** Gives every entry of a repository that is to be taken out, and has no branch yet, the one by which many are taken out at once now. */
export async function gather(
  db: Queryable,
  { id, repositoryId }: Pick<Revert, 'id' | 'repositoryId'>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Two that gather at the same time are to choose the same.
    await sql`select 1 from repositories where id = ${repositoryId} for update`.execute(trx);
    const branch = (await rollingBranch(trx, repositoryId)) ?? `${prefix.rolling}${id}`;
    await trx
      .updateTable('reverts')
      .set({ branch })
      .where('repositoryId', '=', `${repositoryId}`)
      .where('branch', 'is', null)
      .where('state', '=', 'wanted')
      .where('restoreSha', 'is', null)
      .execute();
  });
}

async function rollingBranch(db: Queryable, repositoryId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('reverts')
    .select('branch')
    .where('repositoryId', '=', `${repositoryId}`)
    .where('state', 'in', ['wanted', 'open'])
    .where('branch', 'like', `${prefix.rolling}%`)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row?.branch ?? undefined;
}

/** What is wanted or open on a branch, the oldest first, so many at most. */
export async function revertsOnBranch(
  db: Queryable,
  repositoryId: number,
  branch: string,
  atMost: number,
): Promise<Revert[]> {
  const rows = await db
    .selectFrom('reverts')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('branch', '=', branch)
    .where('state', 'in', ['wanted', 'open'])
    .orderBy('id')
    .limit(atMost)
    .execute();
  return rows.map(revertOf);
}

/** What a pull request is there to undo, or was: nothing, where it is none of the app's own. */
export async function revertsOfPull(db: Queryable, repositoryId: number, pull: number): Promise<Revert[]> {
  const rows = await db
    .selectFrom('reverts')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('pull', '=', pull)
    .orderBy('id')
    .execute();
  return rows.map(revertOf);
}
