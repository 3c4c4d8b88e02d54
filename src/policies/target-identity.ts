import { violation, type Violation } from '../requests/violation.ts';
import { personNamed, type Person } from './directory.ts';
import { principalPlace, type Asked } from './evaluation.ts';
import { identitiesFile } from './identities-file.ts';

/** The name that the target knows the principal by, or why there is none. */
export type TargetIdentity = { readonly name: string } | { readonly violation: Violation } | undefined;

/**
 * Finds the name of the principal on the resource's connection: as identities.yaml lists the account's id, or else by the connection's
 * default, or else the account's id where the connector knows accounts: there a name must be an id, which no renaming changes. `undefined` where the principal is not known.
 */
export function targetIdentity(asked: Asked): TargetIdentity {
  const found = listedOrDerived(asked);
  if (!found || 'violation' in found || !knowsAccounts(asked) || /^[1-9]\d*$/.test(found.name)) return found;
  const connection = asked.resource.connection ?? '';
  const message = `${connection} knows people by the ids of their GitHub accounts, and ${found.name} is none.`;
  const remedy = `Remove \`${connection}\` from ${identitiesFile}, or write the id there (https://api.github.com/users/LOGIN shows it).`;
  return { violation: violation(principalPlace(asked.entry), 'unmapped-principal', message, remedy) };
}

function knowsAccounts({ resource, context: { connectors } }: Asked): boolean {
  return connectors.get(resource.connector ?? '')?.identitiesAreAccounts ?? false;
}

function listedOrDerived(asked: Asked): TargetIdentity {
  const { entry, resource, context } = asked;
  const { policies, directory } = context;
  const { kind, name } = entry.request.principal;
  const connection = resource.connection ?? '';
  const unmapped = (message: string, remedy: string) => ({
    violation: violation(principalPlace(entry), 'unmapped-principal', message, remedy),
  });
  if (policies.broken.has(identitiesFile))
    return unmapped(
      `${identitiesFile} has errors, so nobody's name on ${connection} is known.`,
      'Correct that file.',
    );
  if (kind === 'team')
    return unmapped(
      'This version cannot give a team access.',
      'Write an entry for each member who needs it.',
    );
  if (kind === 'service_account') {
    const account = policies.identities.serviceAccounts.find((each) => each.name === name);
    const known = account?.names.get(connection);
    if (!account || known !== undefined) return known === undefined ? undefined : { name: known };
    return unmapped(
      `${name} has no name on ${connection}.`,
      `Add \`${connection}\` to its names in ${identitiesFile}.`,
    );
  }
  const person = directory && personNamed(directory, name);
  if (!person) return undefined;
  const listed = policies.identities.people.find(({ id }) => id === person.id)?.names.get(connection);
  if (listed !== undefined) return { name: listed };
  const derived = derivedName(asked, person);
  if (derived === undefined)
    return unmapped(
      `${person.login} has no name on ${connection}.`,
      `Add account ${person.id} with its name on \`${connection}\` to ${identitiesFile}.`,
    );
  if (!isTaken(asked, person, derived)) return { name: derived };
  return unmapped(
    `On ${connection} the name ${derived} belongs to another account than ${person.login}.`,
    `List account ${person.id} with a name of its own in ${identitiesFile}.`,
  );
}

/** The name of somebody whom identities.yaml does not list for this connection. */
function derivedName(asked: Asked, person: Person): string | undefined {
  const { resource, context } = asked;
  const pattern = context.policies.identities.defaults.get(resource.connection ?? '');
  if (pattern !== undefined) return pattern.replaceAll('{login}', () => person.login);
  return knowsAccounts(asked) ? String(person.id) : undefined;
}

/** Whether a derived name is listed for somebody else: two accounts with one name would hold each other's access. */
function isTaken({ resource, context }: Asked, person: Person, derived: string): boolean {
  const { people, serviceAccounts } = context.policies.identities;
  return [...people.filter(({ id }) => id !== person.id), ...serviceAccounts].some(
    ({ names }) => names.get(resource.connection ?? '')?.toLowerCase() === derived.toLowerCase(),
  );
}
