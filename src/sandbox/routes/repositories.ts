import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { levelOf, teamLevel } from '../model/access.ts';
import type { Level, User } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { simpleUser, teamPayload } from '../payloads/account.ts';
import { fullRepository, permissionFlags, repositoryPayload } from '../payloads/repository.ts';
import { allow, NOT_ACCESSIBLE, repositoryOf, userOf } from './access.ts';
import { lastModified } from './conditional.ts';
import { bodyOf, param, type Env } from './context.ts';
import { paged } from './paging.ts';

const METADATA = { app: ['metadata:read'] } as const;

/** The settings that the sandbox heeds: any other is refused rather than kept and not held. */
const SettingsBody = z.strictObject({
  allow_auto_merge: z.boolean().exactOptional(),
  delete_branch_on_merge: z.boolean().exactOptional(),
});

/** Repositories and who may do what on them. */
export function repositoryRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/repos/:owner/:repo', (c) => {
    const repository = repositoryOf(c, github, METADATA);
    lastModified(c, repository.pushedAt);
    return c.json(fullRepository(github, repository, viewerLevel(c, repository)));
  });
  routes.patch('/repos/:owner/:repo', async (c) => {
    const repository = repositoryOf(c, github, { app: ['administration:write'], person: 'admin' });
    Object.assign(repository.settings, await bodyOf(c, SettingsBody));
    return c.json(fullRepository(github, repository, viewerLevel(c, repository)));
  });
  routes.get('/repositories/:id', (c) => {
    const repository = github.repositories.get(Number(param(c, 'id')));
    if (!repository) throw notFound();
    allow(c, repository, METADATA);
    return c.json(fullRepository(github, repository, viewerLevel(c, repository)));
  });
  routes.get('/installation/repositories', (c) => {
    const viewer = c.get('viewer');
    if (viewer.kind !== 'installation') throw new Refusal(403, NOT_ACCESSIBLE);
    return c.json({
      total_count: viewer.repositories.length,
      repository_selection: 'selected',
      repositories: paged(c, github, viewer.repositories).map((repository) =>
        repositoryPayload(github, repository, viewerLevel(c, repository)),
      ),
    });
  });

  routes.get('/repos/:owner/:repo/collaborators', (c) => {
    const repository = repositoryOf(c, github, { ...METADATA, person: 'write' });
    const people = [...github.users.values()].filter(
      (user) => user.type === 'User' && isCollaborator(repository, user),
    );
    return c.json(
      paged(c, github, people).map((user) => {
        const level = levelOf(repository, user);
        return Object.assign(simpleUser(github, user), {
          permissions: permissionFlags(level),
          role_name: level,
        });
      }),
    );
  });
  routes.get('/repos/:owner/:repo/collaborators/:login', (c) => {
    const repository = repositoryOf(c, github, { ...METADATA, person: 'write' });
    if (!isCollaborator(repository, userOf(c, github))) throw notFound();
    return c.body(null, 204);
  });
  routes.get('/repos/:owner/:repo/collaborators/:login/permission', (c) => {
    const repository = repositoryOf(c, github, { ...METADATA, person: 'write' });
    const user = userOf(c, github);
    const level = levelOf(repository, user);
    return c.json({
      permission: coarse(level),
      user: { ...simpleUser(github, user), permissions: permissionFlags(level), role_name: level },
      role_name: level,
    });
  });
  routes.get('/repos/:owner/:repo/teams', (c) => {
    const repository = repositoryOf(c, github, { app: ['administration:read'], person: 'write' });
    const teams = [...repository.owner.teams.values()].filter(
      (team) => teamLevel(repository, team) !== 'none',
    );
    return c.json(
      paged(c, github, teams).map((team) => {
        const level = teamLevel(repository, team);
        return Object.assign(teamPayload(github, repository.owner, team), {
          permission: asTeamPermission(level),
          permissions: permissionFlags(level),
        });
      }),
    );
  });
  return routes;
}

/** Everybody with access but for what the whole world may do. */
function isCollaborator(repository: Repository, user: User): boolean {
  return levelOf({ ...repository, private: true }, user) !== 'none';
}

/** The four words that the older field has: triage reads, maintain writes. */
function coarse(level: Level): string {
  if (level === 'triage') return 'read';
  return level === 'maintain' ? 'write' : level;
}

function asTeamPermission(level: Level): string {
  if (level === 'read') return 'pull';
  return level === 'write' ? 'push' : level;
}

function viewerLevel(c: Context<Env>, repository: Repository): Level | undefined {
  const viewer = c.get('viewer');
  if (viewer.kind === 'user') return levelOf(repository, viewer.user);
  if (viewer.kind !== 'installation') return undefined;
  return viewer.permissions['contents'] === 'write' ? 'write' : 'read';
}
