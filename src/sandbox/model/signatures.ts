import type { Signature } from '../git/commit.ts';
import { noreplyAddress, type User } from './account.ts';

/** How an account signs commits that GitHub makes for it; web-flow signs as GitHub itself. */
export function signatureOf(user: User, date: Date): Signature {
  const name = user.login === 'web-flow' ? 'GitHub' : (user.name ?? user.login);
  return { name, email: noreplyAddress(user), date };
}
