import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';
import { timestamp } from './grant-rows.ts';
import type { Row } from './schema.ts';

/** What is known of a pull request since it was looked at last. */
export interface StoredPull {
  readonly repositoryId: number;
  readonly pull: number;
  readonly headSha: string;
  readonly evaluatedAt: Instant;
  /** When something about it changes though nobody touches it; `null`: never. */
  readonly lookAgainAt: Instant | null;
  readonly remindedAt: Instant | null;
  /** Who was asked for a review: `login` or `team/slug`, each with what was asked of them. */
  readonly asked: readonly string[];
  /** The tree of reasons of the last evaluation; `null`: none was made. */
  readonly explanation: unknown;
}

export async function storedPull(
  db: Queryable,
  repositoryId: number,
  pull: number,
): Promise<StoredPull | undefined> {
  const row = await db
    .selectFrom('pulls')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('pull', '=', pull)
    .executeTakeFirst();
  return row && pullOf(row);
}

/** The pull requests of this number that something was decided about, in whichever repositories. */
export async function storedPulls(db: Queryable, pull: number): Promise<StoredPull[]> {
  const rows = await db
    .selectFrom('pulls')
    .selectAll()
    .where('pull', '=', pull)
    .where('explanation', 'is not', null)
    .orderBy('repositoryId')
    .execute();
  return rows.map(pullOf);
}

function pullOf(row: Row<'pulls'>): StoredPull {
  return {
    ...row,
    repositoryId: Number(row.repositoryId),
    evaluatedAt: row.evaluatedAt.getTime(),
    lookAgainAt: row.lookAgainAt?.getTime() ?? null,
    remindedAt: row.remindedAt?.getTime() ?? null,
  };
}

/** Stores what is known of a pull request, new or known. */
export async function storePull(db: Queryable, pull: StoredPull): Promise<void> {
  const { repositoryId, pull: number, headSha, asked, explanation } = pull;
  const state = {
    headSha,
    evaluatedAt: new Date(pull.evaluatedAt),
    lookAgainAt: timestamp(pull.lookAgainAt),
    remindedAt: timestamp(pull.remindedAt),
    asked: JSON.stringify(asked),
    explanation: explanation === null ? null : JSON.stringify(explanation),
  };
  await db
    .insertInto('pulls')
    .values({ repositoryId, pull: number, ...state })
    .onConflict((conflict) => conflict.columns(['repositoryId', 'pull']).doUpdateSet(state))
    .execute();
}

/** Nothing about a closed pull request changes by itself. */
export function settlePull(db: Queryable, repositoryId: number, pull: number): Promise<void> {
  return postponePull(db, repositoryId, pull, null);
}

/** Looks at a pull request again at another time; `null`: not by itself. */
export async function postponePull(
  db: Queryable,
  repositoryId: number,
  pull: number,
  until: Instant | null,
): Promise<void> {
  await db
    .updateTable('pulls')
    .set({ lookAgainAt: timestamp(until) })
    .where('repositoryId', '=', `${repositoryId}`)
    .where('pull', '=', pull)
    .execute();
}

/** The pull requests of a repository that ask for something and are open, as far as is known. */
export async function openPulls(db: Queryable, repositoryId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('pulls')
    .select('pull')
    .where('repositoryId', '=', `${repositoryId}`)
    .where('lookAgainAt', 'is not', null)
    .orderBy('pull')
    .execute();
  return rows.map(({ pull }) => pull);
}

/** The pull requests to be looked at again by now. */
export async function duePulls(
  db: Queryable,
  now: Instant,
): Promise<{ readonly repositoryId: number; readonly pull: number }[]> {
  const rows = await db
    .selectFrom('pulls')
    .select(['repositoryId', 'pull'])
    .where('lookAgainAt', '<=', new Date(now))
    .orderBy('lookAgainAt')
    .execute();
  return rows.map(({ repositoryId, pull }) => ({ repositoryId: Number(repositoryId), pull }));
}

/** The next instant after now at which a pull request is to be looked at again; `null`: none is. */
export async function nextPullDue(db: Queryable, now: Instant): Promise<Instant | null> {
  const { next } = await db
    .selectFrom('pulls')
    .select((pull) => pull.fn.min('lookAgainAt').as('next'))
    .where('lookAgainAt', '>', new Date(now))
    .executeTakeFirstOrThrow();
  return next?.getTime() ?? null;
}
