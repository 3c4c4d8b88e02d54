import { Hono } from 'hono';
import { refs } from '../git/history.ts';
import type { GitHub } from '../model/github.ts';
import type { Protection } from '../model/protection.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { commitPayload } from '../payloads/commit.ts';
import { apiUrl, pageUrl } from '../payloads/repository.ts';
import { repositoryOf } from './access.ts';
import { param, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['contents:read'] } as const;

/** Branches, and whether they are protected. */
export function branchRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/repos/:owner/:repo/branches', async (c) => {
    const repository = repositoryOf(c, github, READ);
    const wanted = c.req.query('protected');
    const branches = (await refs(repository.git, 'refs/heads/'))
      .map(({ ref, sha }) => ({ name: ref.slice('refs/heads/'.length), sha }))
      .filter(({ name }) => wanted === undefined || repository.protection.has(name) === (wanted === 'true'));
    return c.json(
      paged(c, github, branches).map(({ name, sha }) => {
        const commit = { sha, url: `${apiUrl(github, repository)}/commits/${sha}` };
        return Object.assign({ name, commit }, protectionOf(github, repository, name));
      }),
    );
  });
  routes.get('/repos/:owner/:repo/branches/:branch{.+}', async (c) => {
    const repository = repositoryOf(c, github, READ);
    const name = param(c, 'branch');
    const sha = await repository.git.commitSha(`refs/heads/${name}`);
    if (sha === undefined) throw new Refusal(404, 'Branch not found');
    const api = `${apiUrl(github, repository)}/branches/${name}`;
    return c.json({
      name,
      commit: commitPayload(github, repository, await repository.git.commit(sha)),
      _links: { self: api, html: `${pageUrl(github, repository)}/tree/${name}` },
      ...protectionOf(github, repository, name),
    });
  });
  return routes;
}

function protectionOf(github: GitHub, repository: Repository, name: string) {
  const rule = repository.protection.get(name);
  return {
    protected: rule !== undefined,
    protection: protectionSummary(rule),
    protection_url: `${apiUrl(github, repository)}/branches/${name}/protection`,
  };
}

function protectionSummary(rule: Protection | undefined) {
  const checks = rule?.requiredChecks ?? [];
  return {
    enabled: rule !== undefined,
    required_status_checks: {
      enforcement_level: enforcementLevel(rule),
      contexts: checks.map(({ context }) => context),
      checks: checks.map(({ context, appId }) => ({ context, app_id: appId ?? null })),
    },
  };
}

function enforcementLevel(rule: Protection | undefined): 'off' | 'everyone' | 'non_admins' {
  if (!rule?.requiredChecks?.length) return 'off';
  return rule.bypass?.admins ? 'non_admins' : 'everyone';
}
