import type { Actor } from './graphql.ts';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly bot: boolean;
}

/** As REST tells of an account. */
interface RestAccount {
  readonly id: number;
  readonly login: string;
  readonly type?: string;
}

/** GitHub shows a deleted account as this user, or not at all. */
const ghost: Account = { id: 10_137, login: 'ghost', bot: false };

export function accountOf(user: RestAccount | null | undefined): Account {
  if (!user) return ghost;
  return { id: user.id, login: user.login, bot: user.type !== undefined && user.type !== 'User' };
}

/** The same account as GraphQL tells of it, which leaves `[bot]` out of a bot's login. */
export function accountOfActor(actor: Actor | null): Account {
  if (!actor) return ghost;
  const { __typename: kind, login, databaseId } = actor;
  if (typeof databaseId !== 'number')
    throw new Error(`GitHub does not say which account ${login} is, of the kind ${kind}: look again`);
  return {
    id: databaseId,
    login: kind === 'Bot' ? login.replace(/(?:\[bot\])?$/, '[bot]') : login,
    bot: kind !== 'User',
  };
}
