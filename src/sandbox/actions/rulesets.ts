import { isDeepStrictEqual } from 'node:util';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import type { Rule, Ruleset } from '../model/ruleset.ts';

/** What a request says of a ruleset. */
export type RulesetInput = Omit<Ruleset, 'id' | 'createdAt' | 'updatedAt'>;

export async function createRuleset(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  input: RulesetInput,
): Promise<Ruleset> {
  const now = github.now();
  const ruleset: Ruleset = { ...input, id: github.nextId(), createdAt: now, updatedAt: now };
  repository.rulesets.set(ruleset.id, ruleset);
  await github.publish({ event: 'repository_ruleset', action: 'created', repository, sender, ruleset });
  return ruleset;
}

/** Changes a ruleset; what the input leaves out stays as it is. */
export async function editRuleset(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  ruleset: Ruleset,
  input: Partial<RulesetInput>,
): Promise<void> {
  const before = { ...ruleset };
  Object.assign(ruleset, input, { updatedAt: github.now() });
  const changes = changesBetween(before, ruleset);
  await github.publish({
    event: 'repository_ruleset',
    action: 'edited',
    repository,
    sender,
    ruleset,
    changes,
  });
}

export async function deleteRuleset(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  ruleset: Ruleset,
): Promise<void> {
  repository.rulesets.delete(ruleset.id);
  await github.publish({ event: 'repository_ruleset', action: 'deleted', repository, sender, ruleset });
}

/** What a webhook tells of an edit: who may bypass is no part of it. */
function changesBetween(before: Ruleset, after: Ruleset): Record<string, unknown> {
  const { include, exclude } = before.conditions;
  const conditions = { ref_name: after.conditions };
  return {
    ...(before.name === after.name ? {} : { name: { from: before.name } }),
    ...(before.enforcement === after.enforcement ? {} : { enforcement: { from: before.enforcement } }),
    ...(isDeepStrictEqual(before.conditions, after.conditions)
      ? {}
      : {
          conditions: {
            updated: [
              { condition: conditions, changes: { include: { from: include }, exclude: { from: exclude } } },
            ],
          },
        }),
    ...(isDeepStrictEqual(before.rules, after.rules)
      ? {}
      : { rules: ruleChanges(before.rules, after.rules) }),
  };
}

function ruleChanges(before: readonly Rule[], after: readonly Rule[]) {
  const namesake = (rules: readonly Rule[], { type }: Rule) => rules.find((rule) => rule.type === type);
  return {
    added: after.filter((rule) => !namesake(before, rule)),
    deleted: before.filter((rule) => !namesake(after, rule)),
    updated: after.flatMap((rule) => {
      const old = namesake(before, rule);
      if (!old || isDeepStrictEqual(old, rule)) return [];
      const from = 'parameters' in old ? JSON.stringify(old.parameters) : '{}';
      return [{ rule, changes: { configuration: { from } } }];
    }),
  };
}
