import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import { createRuleset, deleteRuleset, editRuleset, type RulesetInput } from '../actions/rulesets.ts';
import { atLeast, levelOf } from '../model/access.ts';
import { grants } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, invalid } from '../model/refusal.ts';
import { fullName, type Repository } from '../model/repository.ts';
import type { Rule, Ruleset } from '../model/ruleset.ts';
import { bypassOf, rulesetsOn } from '../model/ruleset-scope.ts';
import { listedRuleset, rulesetPayload } from '../payloads/ruleset.ts';
import { repositoryOf } from './access.ts';
import { bodyOf, onlyKnows, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';
import { RulesetBody, RulesetEditBody } from './ruleset-bodies.ts';

const READ = { app: ['metadata:read'] } as const;
const WRITE = { app: ['administration:write'], person: 'admin', hidden: true } as const;

/** Rulesets, and the rules that hold for a branch. */
export function rulesetRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/rulesets';

  routes.get(base, (c) => {
    const repository = repositoryOf(c, github, READ);
    onlyKnows(c, 'targets', 'branch,tag', 'tag,branch');
    const rulesets = paged(c, github, [...repository.rulesets.values()]);
    return c.json(rulesets.map((ruleset) => listedRuleset(github, repository, ruleset)));
  });
  routes.post(base, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const input = inputOf(await bodyOf(c, RulesetBody));
    checkRules(input.rules);
    checkName(repository, input.name);
    const ruleset = await createRuleset(github, repository, performerOf(c), input);
    return c.json(fullRuleset(c, github, repository, ruleset), 201);
  });
  routes.get(`${base}/:id`, (c) => {
    const repository = repositoryOf(c, github, READ);
    return c.json(fullRuleset(c, github, repository, rulesetOf(c, repository)));
  });
  routes.put(`${base}/:id`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const ruleset = rulesetOf(c, repository);
    const edit = editOf(await bodyOf(c, RulesetEditBody));
    checkRules(edit.rules ?? []);
    if (edit.name !== undefined && edit.name !== ruleset.name) checkName(repository, edit.name);
    await editRuleset(github, repository, performerOf(c), ruleset, edit);
    return c.json(fullRuleset(c, github, repository, ruleset));
  });
  routes.delete(`${base}/:id`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    await deleteRuleset(github, repository, performerOf(c), rulesetOf(c, repository));
    return c.body(null, 204);
  });
  routes.get('/repos/:owner/:repo/rules/branches/:branch{.+}', (c) => {
    const repository = repositoryOf(c, github, READ);
    const rules = rulesetsOn(repository, `refs/heads/${param(c, 'branch')}`).flatMap(({ id, rules: held }) =>
      held.map((rule) =>
        Object.assign({}, rule, {
          ruleset_source_type: 'Repository',
          ruleset_source: fullName(repository),
          ruleset_id: id,
        }),
      ),
    );
    return c.json(paged(c, github, rules));
  });
  return routes;
}

function rulesetOf(c: Context<Env>, repository: Repository): Ruleset {
  const ruleset = repository.rulesets.get(Number(param(c, 'id')));
  if (!ruleset) throw notFound();
  return ruleset;
}

/** Who may bypass is told to those who may change it, and to nobody else. */
function fullRuleset(c: Context<Env>, github: GitHub, repository: Repository, ruleset: Ruleset) {
  const payload = rulesetPayload(github, repository, ruleset);
  if (c.get('viewer').kind === 'anonymous') return payload;
  const bypass = bypassOf(repository, ruleset, performerOf(c));
  return {
    ...payload,
    ...(mayWrite(c, repository) ? { bypass_actors: ruleset.bypassActors } : {}),
    current_user_can_bypass: bypass === 'pull_request' ? 'pull_requests_only' : bypass,
  };
}

function mayWrite(c: Context<Env>, repository: Repository): boolean {
  const viewer = c.get('viewer');
  if (viewer.kind === 'installation') return grants(viewer.permissions, 'administration', 'write');
  return viewer.kind === 'user' && atLeast(levelOf(repository, viewer.user), 'admin');
}

function inputOf(body: z.infer<typeof RulesetBody>): RulesetInput {
  const { name, target, enforcement, conditions, rules } = body;
  return {
    name,
    target,
    enforcement,
    conditions: conditions.ref_name,
    rules,
    bypassActors: actorsOf(body.bypass_actors),
  };
}

function editOf(body: z.infer<typeof RulesetEditBody>): Partial<RulesetInput> {
  const { name, target, enforcement, conditions, rules, bypass_actors: actors } = body;
  return {
    ...(name === undefined ? {} : { name }),
    ...(target === undefined ? {} : { target }),
    ...(enforcement === undefined ? {} : { enforcement }),
    ...(conditions ? { conditions: conditions.ref_name } : {}),
    ...(rules ? { rules } : {}),
    ...(actors ? { bypassActors: actorsOf(actors) } : {}),
  };
}

function actorsOf(actors: z.infer<typeof RulesetBody>['bypass_actors']): Ruleset['bypassActors'] {
  return actors.map((actor) => ({ ...actor, actor_id: actor.actor_id ?? null }));
}

function checkRules(rules: readonly Rule[]): void {
  const types = rules.map(({ type }) => type);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) throw invalid(`Invalid rules: '${twice}' is given twice`);
}

function checkName(repository: Repository, name: string): void {
  if ([...repository.rulesets.values()].some((ruleset) => ruleset.name === name))
    throw invalid('Name must be unique');
}
