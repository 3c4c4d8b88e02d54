import { violation, type Violation } from '../requests/violation.ts';
import { placeOf, type YamlFile } from '../requests/yaml-file.ts';
import { textsIn } from './condition-language.ts';
import type { PartyName } from './directory.ts';
import type { EntitlementSchemas } from './entitlement-schemas.ts';
import type { OpenRole, Resource, Settings, Template } from './policy-set.ts';

/** The policies as they were read, and the owners that CODEOWNERS names. */
interface Named {
  readonly resources: readonly Resource[];
  readonly templates: Iterable<Template>;
  readonly settings: Settings;
  readonly owners: readonly PartyName[];
}

/**
 * Entitlements that add to a team which decides: one that CODEOWNERS, approvals, requesters or a condition refer to (design, section 4). Whoever
 * got into it by a request could approve the next one. Which organization a connection works in is not known here, so a team of that
 * name in any organization counts.
 */
export function feedsApprovers(
  files: readonly YamlFile[],
  named: Named,
  connectors: EntitlementSchemas,
): Violation[] {
  const deciding = decidingTeams(named);
  const byPath = new Map(files.map((file) => [file.path, file]));
  return named.resources.flatMap((resource) =>
    openRoles(resource).flatMap((role) => {
      const file = byPath.get(resource.file);
      const team = connectors.get(resource.connector ?? '')?.teamAddedTo?.(role.entitlement);
      const where = team === undefined ? undefined : deciding.get(team.toLowerCase());
      if (!file || where === undefined) return [];
      const place = placeOf(file, ['roles', role.name, 'entitlement']);
      const message = `${role.name} would add people to the team ${team}, which ${where}.`;
      const remedy = 'Give a team of its own, one that approves, owns and asks for nothing.';
      return [violation(place, 'feeds-approvers', message, remedy)];
    }),
  );
}

/** The slug of each team that has a say, and what it is named by. */
function decidingTeams({ resources, templates, settings, owners }: Named): ReadonlyMap<string, string> {
  const teams = new Map<string, string>();
  const add = (parties: readonly PartyName[], where: string) => {
    for (const party of parties) {
      const slug = /^@[^/]+\/(.+)$/.exec(party)?.[1];
      if (slug !== undefined && !teams.has(slug.toLowerCase())) teams.set(slug.toLowerCase(), where);
    }
  };
  add(owners, 'CODEOWNERS names as an owner');
  add(settings.requesters ?? [], 'the settings name among those who may ask');
  for (const template of templates)
    add(template.for ?? [], `the template ${template.name} names among those who may ask`);
  for (const resource of resources)
    for (const role of openRoles(resource)) {
      const name = `${resource.name}:${role.name}`;
      add(
        role.approvals.flatMap(({ from }) => from),
        `approves ${name}`,
      );
      add([...(role.requesters ?? []), ...(role.emergency?.requesters ?? [])], `may ask for ${name}`);
      add(teamsOfConditions(role), `the conditions of ${name} refer to`);
    }
  return teams;
}

function openRoles({ roles }: Resource): OpenRole[] {
  return [...roles.values()].flatMap((role) => (role.kind === 'open' ? [role] : []));
}

function teamsOfConditions({ when, autoApprove }: OpenRole): PartyName[] {
  return [when, autoApprove].flatMap((condition) =>
    condition === undefined ? [] : textsIn(condition).map((text) => `@${text}`),
  );
}
