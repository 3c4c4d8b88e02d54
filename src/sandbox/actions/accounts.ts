import { createHash, randomBytes } from 'node:crypto';
import type { User } from '../model/account.ts';
import { organizationByLogin, userByLogin, type GitHub } from '../model/github.ts';

/** Makes an account; its login must be free. */
export function openAccount(
  github: GitHub,
  login: string,
  name: string | null,
  type: User['type'] = 'User',
): User {
  checkFree(github, login);
  const user: User = { id: github.nextId(), login, name, type, createdAt: github.now() };
  github.users.set(user.id, user);
  return user;
}

/** A personal access token, good until the account is suspended. */
export function issueToken(github: GitHub, user: User): string {
  const token = `ghp_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, '0')}`;
  github.tokens.set(token, { kind: 'user', user, token });
  return token;
}

/** Gives an account another login; the old one is free for anybody at once. GitHub tells no app. */
export function renameAccount(github: GitHub, user: User, login: string): void {
  if (login.toLowerCase() !== user.login.toLowerCase()) checkFree(github, login);
  user.login = login;
}

/** Shuts an account out. A managed one gets a hash for a login, as an identity provider's deprovisioning does. */
export function suspendAccount(github: GitHub, user: User, { managed = false } = {}): void {
  user.suspension = { at: github.now(), managed };
  if (managed) user.login = createHash('sha1').update(user.login).digest('hex');
}

export function reinstateAccount(user: User): void {
  delete user.suspension;
}

function checkFree(github: GitHub, login: string): void {
  if (userByLogin(github, login) || organizationByLogin(github, login))
    throw new Error(`the login ${login} is taken`);
}
