import type { GitHub } from '../model/github.ts';
import { fullName, type Repository } from '../model/repository.ts';
import type { Ruleset } from '../model/ruleset.ts';
import type { Ruleset as RulesetPayload } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, pageUrl } from './repository.ts';

/** A ruleset as lists have it: without its conditions and rules. */
export function listedRuleset(github: GitHub, repository: Repository, ruleset: Ruleset) {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: 'Repository' as const,
    source: fullName(repository),
    enforcement: ruleset.enforcement,
    node_id: nodeId('RepositoryRuleset', ruleset.id),
    _links: {
      self: { href: `${apiUrl(github, repository)}/rulesets/${ruleset.id}` },
      html: { href: `${pageUrl(github, repository)}/rules/${ruleset.id}` },
    },
    created_at: instant(ruleset.createdAt),
    updated_at: instant(ruleset.updatedAt),
  } satisfies RulesetPayload;
}

/** A ruleset with everything but who may bypass it: that is for those who may write it. */
export function rulesetPayload(github: GitHub, repository: Repository, ruleset: Ruleset) {
  return {
    ...listedRuleset(github, repository, ruleset),
    conditions: { ref_name: ruleset.conditions },
    rules: ruleset.rules,
  } satisfies RulesetPayload;
}
