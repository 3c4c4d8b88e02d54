import type { Grant } from '../grants/grant.ts';
import type { RequestKey } from '../requests/access-request.ts';
import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';
import type { RevertState, Row } from './schema.ts';

/** A pull request that takes an entry out again, or an edit of it back: evidence, not a vehicle. */
export interface Revert {
  readonly id: string;
  readonly repositoryId: number;
  /** `null` until it was opened. */
  readonly pull: number | null;
  readonly branch: string | null;
  readonly state: RevertState;
  /** Why the entry goes. */
  readonly reason: string;
  /** The grant that ended; `null` where nothing was ever granted. */
  readonly grantId: string | null;
  readonly key: RequestKey;
  readonly file: string;
  /** The pull request that asked for the access; `null` for a direct push. */
  readonly sourcePull: number | null;
  readonly mergedSha: string | null;
  /** When GitHub did last not let the app merge its pull request. */
  readonly mergeRefusedAt: Instant | null;
  /** Of an edit: the commits that hold the entry as it is to be again, and as it was refused. `null`: it is to be taken out. */
  readonly edit: { readonly restoreSha: string; readonly refusedSha: string } | null;
}

export type NewRevert = Pick<
  Revert,
  'repositoryId' | 'reason' | 'grantId' | 'key' | 'file' | 'sourcePull'
> & {
  readonly edit?: Revert['edit'];
};

/** Stores that an entry is to be taken out. */
export async function insertRevert(db: Queryable, revert: NewRevert, at: Instant): Promise<Revert> {
  const [inserted] = await insertReverts(db, [revert], at);
  if (!inserted) throw new Error('a revert was not stored');
  return inserted;
}

/** Stores that entries are to be taken out. */
export async function insertReverts(
  db: Queryable,
  reverts: readonly NewRevert[],
  at: Instant,
): Promise<Revert[]> {
  if (reverts.length === 0) return [];
  const rows = await db
    .insertInto('reverts')
    .values(
      reverts.map(({ key, edit, ...revert }) => ({
        ...revert,
        restoreSha: edit?.restoreSha ?? null,
        refusedSha: edit?.refusedSha ?? null,
        requestKey: key,
        state: 'wanted' as const,
        createdAt: new Date(at),
      })),
    )
    .returningAll()
    .execute();
  return rows.map(revertOf);
}

export async function revertById(db: Queryable, id: string): Promise<Revert | undefined> {
  const row = await db.selectFrom('reverts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && revertOf(row);
}

/** The reverts of a repository that are wanted or open, the oldest first. */
export async function revertsUnderWay(db: Queryable, repositoryId: number): Promise<Revert[]> {
  const rows = await db
    .selectFrom('reverts')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('state', 'in', ['wanted', 'open'])
    .orderBy('id')
    .execute();
  return rows.map(revertOf);
}

/** The last revert of an edit of what was granted, whatever became of it. */
export async function lastEditRevert(
  db: Queryable,
  { id, repositoryId, key }: Pick<Grant, 'id' | 'repositoryId' | 'key'>,
): Promise<Revert | undefined> {
  const row = await db
    .selectFrom('reverts')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('requestKey', '=', key)
    .where('restoreSha', 'is not', null)
    // What was edited before was another grant's.
    .where('createdAt', '>=', (eb) => eb.selectFrom('grants').select('createdAt').where('id', '=', id))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && revertOf(row);
}

/** Moves a revert to another state if it is still in one of the given ones: `undefined` when somebody else was faster. */
export async function moveRevert(
  db: Queryable,
  id: string,
  from: readonly RevertState[],
  to: RevertState,
  fields: Partial<Pick<Revert, 'pull' | 'branch' | 'mergedSha'>> = {},
): Promise<Revert | undefined> {
  const row = await db
    .updateTable('reverts')
    .set({ state: to, ...fields })
    .where('id', '=', id)
    .where('state', 'in', from)
    .returningAll()
    .executeTakeFirst();
  return row && revertOf(row);
}

/** GitHub did not let the app merge the pull request that these are open by. */
export async function noteRefusedMerge(
  db: Queryable,
  reverts: readonly Revert[],
  at: Instant,
): Promise<void> {
  await db
    .updateTable('reverts')
    .set({ mergeRefusedAt: new Date(at) })
    .where(
      'id',
      'in',
      reverts.map(({ id }) => id),
    )
    .execute();
}

/** The revert that a row holds. */
export function revertOf(row: Row<'reverts'>): Revert {
  const { id, repositoryId, pull, branch, state, reason, grantId, requestKey, file, sourcePull } = row;
  const { mergedSha, restoreSha, refusedSha } = row;
  return {
    id,
    repositoryId: Number(repositoryId),
    pull,
    branch,
    state,
    reason,
    grantId,
    key: requestKey,
    file,
    sourcePull,
    mergedSha,
    mergeRefusedAt: row.mergeRefusedAt?.getTime() ?? null,
    edit: restoreSha !== null && refusedSha !== null ? { restoreSha, refusedSha } : null,
  };
}
