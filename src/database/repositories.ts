import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';

/** How far the app has come with a requests repository. */
export interface StoredRepository {
  readonly id: number;
  readonly name: string;
  readonly branch: string;
  /** The last commit of the default branch that was decided on; `null` before the first. */
  readonly headSha: string | null;
  /** The commit whose control files are in force; `null` until a version was adopted. */
  readonly acceptedSha: string | null;
}

export async function repositoryById(db: Queryable, id: number): Promise<StoredRepository | undefined> {
  const row = await db
    .selectFrom('repositories')
    .select(['name', 'branch', 'headSha', 'acceptedSha'])
    .where('id', '=', `${id}`)
    .executeTakeFirst();
  return row && { id, ...row };
}

/** Stores where the app stands with a repository, new or known. */
export async function storeRepository(
  db: Queryable,
  repository: StoredRepository,
  at: Instant,
): Promise<void> {
  const { id, ...state } = { ...repository, updatedAt: new Date(at) };
  await db
    .insertInto('repositories')
    .values({ id, ...state })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(state))
    .execute();
}
