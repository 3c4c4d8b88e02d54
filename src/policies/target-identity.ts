import { violation, type Violation } from '../requests/violation.ts';
import type { Holder } from './decision.ts';
import { personNamed, teamNamed, type Directory, type Person } from './directory.ts';
import { principalPlace, type Asked } from './evaluation.ts';
import { identitiesFile } from './identities-file.ts';

/** Who would hold the access, each with the name that the target knows them by, or why there is none. */
export type TargetIdentities =
  | { readonly holders: readonly Holder[] }
  | { readonly violation: Violation }
  | undefined;

/**
 * Finds the name of the principal on the resource's connection, or of each member of a team: as identities.yaml lists the account's id, or else by the connection's
 * default, or else the account's id where the connector knows accounts: there a name must be an id, which no renaming changes. `undefined` where the principal is not known.
 */
export function targetIdentities(asked: Asked): TargetIdentities {
  const found = listedOrDerived(asked);
  if (!found || 'violation' in found || !knowsAccounts(asked)) return found;
  const stranger = found.holders.find(({ identity }) => !/^[1-9]\d*$/.test(identity));
  if (!stranger) return found;
  const connection = asked.resource.connection ?? '';
  const message = `${connection} knows people by the ids of their GitHub accounts, and ${stranger.identity} is none.`;
  const remedy = `Remove \`${connection}\` from ${identitiesFile}, or write the id there (https://api.github.com/users/LOGIN shows it).`;
  return { violation: violation(principalPlace(asked.entry), 'unmapped-principal', message, remedy) };
}

function knowsAccounts({ resource, context: { connectors } }: Asked): boolean {
  return connectors.get(resource.connector ?? '')?.identitiesAreAccounts ?? false;
}

function listedOrDerived(asked: Asked): TargetIdentities {
  const { entry, resource, context } = asked;
  const { policies, directory } = context;
  const { kind, name } = entry.request.principal;
  const connection = resource.connection ?? '';
  const unmapped = unmappedAt(asked);
  if (policies.broken.has(identitiesFile))
    return unmapped(
      `${identitiesFile} has errors, so nobody's name on ${connection} is known.`,
      'Correct that file.',
    );
  if (kind === 'team') return directory ? membersOf(asked, directory) : undefined;
  if (kind === 'service_account') {
    const account = policies.identities.serviceAccounts.find((each) => each.name === name);
    const known = account?.names.get(connection);
    if (!account || known !== undefined)
      return known === undefined ? undefined : { holders: [{ id: null, name, identity: known }] };
    return unmapped(
      `${name} has no name on ${connection}.`,
      `Add \`${connection}\` to its names in ${identitiesFile}.`,
    );
  }
  const person = directory && personNamed(directory, name);
  return person ? holderOf(asked, person) : undefined;
}

function unmappedAt({ entry }: Asked) {
  return (message: string, remedy: string) => ({
    violation: violation(principalPlace(entry), 'unmapped-principal', message, remedy),
  });
}

/** Every member of a team, by account id; each needs a name, and one of their own. */
function membersOf(asked: Asked, directory: Directory): TargetIdentities {
  const unmapped = unmappedAt(asked);
  const { name } = asked.entry.request.principal;
  const team = teamNamed(directory, `${directory.organization}/${name}`);
  if (!team) return undefined;
  const members = [...(team.logins ?? [])].toSorted(([a], [b]) => a - b);
  if (members.length === 0 || members.length !== team.members.size)
    return unmapped(`The team ${name} has no members.`, 'Ask when it has some, or name a person.');
  const found = members.map(([id, login]) => holderOf(asked, { id, login }));
  const refused = found.find((each) => 'violation' in each);
  if (refused) return refused;
  const holders = found.flatMap((each) => ('holders' in each ? each.holders : []));
  if (new Set(holders.map(({ identity }) => identity)).size === holders.length) return { holders };
  return unmapped(
    `Members of the team ${name} share a name on ${asked.resource.connection ?? ''}.`,
    `List each of them with a name of their own in ${identitiesFile}.`,
  );
}

function holderOf(
  asked: Asked,
  person: Pick<Person, 'id' | 'login'>,
): { readonly holders: readonly Holder[] } | { readonly violation: Violation } {
  const unmapped = unmappedAt(asked);
  const { policies } = asked.context;
  const connection = asked.resource.connection ?? '';
  const held = (identity: string) => ({ holders: [{ id: person.id, name: person.login, identity }] });
  const listed = policies.identities.people.find(({ id }) => id === person.id)?.names.get(connection);
  if (listed !== undefined) return held(listed);
  const derived = derivedName(asked, person);
  if (derived === undefined)
    return unmapped(
      `${person.login} has no name on ${connection}.`,
      `Add account ${person.id} with its name on \`${connection}\` to ${identitiesFile}.`,
    );
  if (!isTaken(asked, person, derived)) return held(derived);
  return unmapped(
    `On ${connection} the name ${derived} belongs to another account than ${person.login}.`,
    `List account ${person.id} with a name of its own in ${identitiesFile}.`,
  );
}

/** The name of somebody whom identities.yaml does not list for this connection. */
function derivedName(asked: Asked, person: Pick<Person, 'id' | 'login'>): string | undefined {
  const { resource, context } = asked;
  const pattern = context.policies.identities.defaults.get(resource.connection ?? '');
  if (pattern !== undefined) return pattern.replaceAll('{login}', () => person.login);
  return knowsAccounts(asked) ? String(person.id) : undefined;
}

/** Whether a derived name is listed for somebody else: two accounts with one name would hold each other's access. */
function isTaken({ resource, context }: Asked, person: Pick<Person, 'id'>, derived: string): boolean {
  const { people, serviceAccounts } = context.policies.identities;
  return [...people.filter(({ id }) => id !== person.id), ...serviceAccounts].some(
    ({ names }) => names.get(resource.connection ?? '')?.toLowerCase() === derived.toLowerCase(),
  );
}
