import type { Organization, User } from './account.ts';
import type { App } from './app.ts';
import type { Installation, Viewer } from './installation.ts';
import type { GitHubEvent } from './event.ts';
import type { SizeLimits } from './limits.ts';
import type { Pull } from './pull.ts';
import { fullName, type Repository } from './repository.ts';

/** Everything there is: what the routes and the webhooks are views of. */
export interface GitHub {
  /** Base of the API and of the pages. */
  readonly url: string;
  /** The story's clock: it stamps what happens. */
  now(): Date;
  /** How much it lists, takes and sends. */
  limits: SizeLimits;
  nextId(): number;
  /** Makes changes one after the other, so that each sees the one before whole. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Tells subscribers, as things stand now. */
  publish(event: GitHubEvent): Promise<void>;
  users: Map<number, User>;
  organizations: Map<number, Organization>;
  repositories: Map<number, Repository>;
  apps: Map<number, App>;
  installations: Map<number, Installation>;
  tokens: Map<string, Extract<Viewer, { token: string }>>;
  /** The account that commits what people and apps do through the API and the pages. */
  webFlow: User;
  /** The account that merge queues act as. */
  mergeQueueBot: User;
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

export function userByLogin(github: GitHub, login: string): User | undefined {
  return [...github.users.values()].find((user) => same(user.login, login));
}

/** The account behind the e-mail address of a commit; null where it belongs to nobody. */
export function userByAddress(github: GitHub, address: string): User | null {
  if (address === 'noreply@github.com') return github.webFlow;
  const [, id, login] = /^(?:(\d+)\+)?([^@]+)@users\.noreply\.github\.com$/i.exec(address) ?? [];
  if (id !== undefined) return github.users.get(Number(id)) ?? null;
  return (login !== undefined && userByLogin(github, login)) || null;
}

export function organizationByLogin(github: GitHub, login: string): Organization | undefined {
  return [...github.organizations.values()].find((organization) => same(organization.login, login));
}

export function repositoryByName(github: GitHub, owner: string, name: string): Repository | undefined {
  return [...github.repositories.values()].find((repository) =>
    same(fullName(repository), `${owner}/${name}`),
  );
}

/** Where the head of a pull request is: its own repository, or a fork. */
export function headRepository(github: GitHub, { head }: Pull): Repository {
  const repository = github.repositories.get(head.repositoryId);
  if (!repository) throw new Error(`there is no repository ${head.repositoryId}`);
  return repository;
}

export function installationOf(github: GitHub, repository: Repository, app: App): Installation | undefined {
  return [...github.installations.values()].find(
    (installation) => installation.app === app && installation.repositories.includes(repository),
  );
}
