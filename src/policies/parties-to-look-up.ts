import type { EntryChange } from '../requests/change-set.ts';
import { teamsIn } from './condition.ts';
import type { PartyName } from './directory.ts';
import type { OpenRole, PolicySet } from './policy-set.ts';

/**
 * Every login and team that evaluating these changes may ask the directory for, in lower case and sorted: the principals, and whoever
 * the roles, templates and settings that concern them name. Teams are `organization/slug`. `closely`: those of them of whom more must be known than a
 * name and members: teams that receive, and whoever approves.
 */
export function partiesToLookUp(
  policies: PolicySet,
  changes: readonly EntryChange[],
  organization: string,
): { people: string[]; teams: string[]; closely: string[] } {
  const entries = changes.flatMap((change) => (change.kind === 'removed' ? [] : [change.after]));
  const principals = entries.flatMap(({ request: { principal } }): PartyName[] => {
    if (principal.kind === 'service_account') return [];
    return [principal.kind === 'user' ? `@${principal.name}` : `@${organization}/${principal.name}`];
  });
  const roles = entries.flatMap((entry): OpenRole[] => {
    const role = policies.resources.get(entry.resource)?.roles.get(entry.role);
    return role?.kind === 'open' ? [role] : [];
  });
  const templates = entries.flatMap(({ request: { asks } }) =>
    'template' in asks ? (policies.templates.get(asks.template)?.for ?? []) : [],
  );
  const namesOf = (parties: readonly PartyName[]) =>
    parties
      .filter((party) => party.startsWith('@'))
      .map((party) => party.slice(1).toLowerCase())
      .filter((name) => name !== organization.toLowerCase());
  const names = new Set(
    namesOf([
      ...principals,
      ...templates,
      ...roles.flatMap(partiesOf),
      ...roles.flatMap((role) => teamsOfConditions(role, organization)),
      ...(policies.settings.requesters ?? []),
    ]),
  );
  const sorted = [...names].toSorted();
  return {
    people: sorted.filter((name) => !name.includes('/')),
    teams: sorted.filter((name) => name.includes('/')),
    closely: namesOf([
      ...principals.filter((party) => party.includes('/')),
      ...roles.flatMap(({ approvals }) => approvals.flatMap(({ from }) => from)),
    ]),
  };
}

/** Everybody whom a role names; service accounts are among them. */
function partiesOf({ requesters = [], principals, approvals, emergency }: OpenRole): PartyName[] {
  const approvers = approvals.flatMap(({ from }) => from);
  const receivers = principals === 'requester' ? [] : principals;
  return [...requesters, ...receivers, ...approvers, ...(emergency?.requesters ?? [])];
}

/** A condition knows no other team than those that stand in it. */
function teamsOfConditions({ when, autoApprove }: OpenRole, organization: string): PartyName[] {
  return [when, autoApprove].flatMap((condition) =>
    condition === undefined ? [] : teamsIn(condition, organization).map((team) => `@${team}`),
  );
}
