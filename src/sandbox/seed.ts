import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { issueToken, openAccount } from './actions/accounts.ts';
import { takeAppKeys } from './app-keys.ts';
import { createRepository } from './git/repository.ts';
import { changeTree } from './git/tree.ts';
import type { Level, Organization, Team } from './model/account.ts';
import type { App } from './model/app.ts';
import type { Installation } from './model/installation.ts';
import type { GitHub } from './model/github.ts';
import { newRepository, type Repository } from './model/repository.ts';
import { signatureOf } from './model/signatures.ts';

type TeamPermission = 'pull' | 'triage' | 'push' | 'maintain' | 'admin';

/** Who and what is there at the start. */
export interface Seed {
  /** Login. */
  organization: string;
  people: Record<
    string,
    {
      teams?: readonly string[];
      role?: 'admin' | 'member';
      /** No member of the organization. */
      outside?: true;
      name?: string;
      /** Signs in with a password alone; everybody else has a second factor. */
      withoutTwoFactor?: true;
    }
  >;
  /** Teams that only people name are made too. */
  teams?: Record<
    string,
    {
      parent?: string;
      privacy?: 'closed' | 'secret';
      /** On the repository; absent: none. */
      permission?: TeamPermission;
    }
  >;
  repository: {
    name: string;
    files: Record<string, string>;
    defaultBranch?: string;
    private?: boolean;
    basePermission?: 'none' | 'read' | 'write';
  };
  app: {
    slug: string;
    permissions: Record<string, 'read' | 'write'>;
    events: readonly string[];
    webhookUrl?: string;
  };
}

export interface PlantedApp {
  app: App;
  installation: Installation;
  /** PEM, PKCS#1. */
  privateKey: string;
}

/** What a seed made. */
export interface Planted extends PlantedApp {
  organization: Organization;
  repository: Repository;
  /** Token by user id. */
  tokens: Map<number, string>;
}

/** Makes organization, people, teams, repository and app, with keys of their own. */
export async function plant(github: GitHub, seed: Seed, folder: string): Promise<Planted> {
  const organization = plantOrganization(github, seed);
  const tokens = plantPeople(github, seed, organization);
  const repository = await plantRepository(github, seed, organization, folder);
  plantTeams(github, seed, organization, repository);
  return {
    organization,
    repository,
    tokens,
    ...(await plantApp(github, seed.app, organization, repository)),
  };
}

/** Makes an app with keys of its own and installs it on the repository. */
export async function plantApp(
  github: GitHub,
  wanted: Seed['app'],
  organization: Organization,
  repository: Repository,
): Promise<PlantedApp> {
  const { publicKey, privateKey } = await takeAppKeys();
  const bot = openAccount(github, `${wanted.slug}[bot]`, null, 'Bot');
  const app: App = {
    id: github.nextId(),
    slug: wanted.slug,
    owner: organization,
    bot,
    permissions: { ...wanted.permissions, metadata: 'read' },
    events: [...wanted.events],
    publicKey,
    webhook: { id: github.nextId(), url: wanted.webhookUrl ?? null, secret: randomUUID() },
    createdAt: github.now(),
  };
  const installation: Installation = {
    id: github.nextId(),
    app,
    account: organization,
    repositories: [repository],
    createdAt: github.now(),
  };
  github.apps.set(app.id, app);
  github.installations.set(installation.id, installation);
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  return { app, installation, privateKey: pem };
}

function plantOrganization(github: GitHub, seed: Seed): Organization {
  const organization: Organization = {
    id: github.nextId(),
    login: seed.organization,
    createdAt: github.now(),
    basePermission: seed.repository.basePermission ?? 'read',
    members: new Map(),
    invitations: new Map(),
    teams: new Map(),
  };
  github.organizations.set(organization.id, organization);
  return organization;
}

function plantPeople(github: GitHub, seed: Seed, organization: Organization): Map<number, string> {
  const tokens = new Map<number, string>();
  for (const [login, { name, role, outside, withoutTwoFactor }] of Object.entries(seed.people)) {
    const user = openAccount(github, login, name ?? null);
    if (withoutTwoFactor) user.withoutTwoFactor = true;
    if (!outside) organization.members.set(user.id, role ?? 'member');
    tokens.set(user.id, issueToken(github, user));
  }
  return tokens;
}

const LEVEL_OF: Record<TeamPermission, Level> = {
  pull: 'read',
  triage: 'triage',
  push: 'write',
  maintain: 'maintain',
  admin: 'admin',
};

function plantTeams(github: GitHub, seed: Seed, organization: Organization, repository: Repository): void {
  const named = Object.values(seed.people).flatMap(({ teams }) => teams ?? []);
  const parents = Object.values(seed.teams ?? {}).flatMap(({ parent }) => parent ?? []);
  const teams = new Map<string, Team>();
  for (const slug of new Set([...Object.keys(seed.teams ?? {}), ...parents, ...named])) {
    const { privacy, permission } = seed.teams?.[slug] ?? {};
    const team: Team = {
      id: github.nextId(),
      slug: slug.toLowerCase(),
      name: slug,
      privacy: privacy ?? 'closed',
      parentId: null,
      createdAt: github.now(),
      members: new Map(),
      repositories: new Map(permission ? [[repository.id, LEVEL_OF[permission]]] : []),
    };
    organization.teams.set(team.id, team);
    teams.set(slug, team);
  }
  for (const [slug, team] of teams) {
    const parent = seed.teams?.[slug]?.parent;
    team.parentId = (parent !== undefined && teams.get(parent)?.id) || null;
  }
  for (const user of github.users.values())
    for (const slug of seed.people[user.login]?.teams ?? [])
      teams.get(slug)?.members.set(user.id, { role: 'member', state: 'active' });
}

async function plantRepository(
  github: GitHub,
  { repository: wanted }: Seed,
  owner: Organization,
  folder: string,
): Promise<Repository> {
  const id = github.nextId();
  const defaultBranch = wanted.defaultBranch ?? 'main';
  const git = await createRepository(join(folder, `${id}.git`), defaultBranch);
  const repository = newRepository(github, {
    id,
    git,
    name: wanted.name,
    owner,
    parent: null,
    private: wanted.private ?? true,
    defaultBranch,
  });
  const changes = await Promise.all(
    Object.entries(wanted.files).map(async ([path, content]) => {
      return { path, mode: '100644' as const, sha: await git.writeBlob(content) };
    }),
  );
  const signature = signatureOf(github.webFlow, github.now());
  const commit = await git.writeCommit({
    tree: await changeTree(git, null, changes),
    parents: [],
    author: signature,
    committer: signature,
    message: 'Initial commit',
  });
  repository.signedAt.set(commit, github.now());
  await git.setRef(`refs/heads/${defaultBranch}`, commit);
  github.repositories.set(id, repository);
  return repository;
}
