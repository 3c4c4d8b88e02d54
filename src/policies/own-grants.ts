import { idOfTeam, personNamed } from './directory.ts';
import type { Asked } from './evaluation.ts';
import { samePrincipal, type PastGrant, type Principal } from './past-grant.ts';

/** Who would receive the access; `undefined` where they are not known. */
export function principalOf({ entry, context: { directory } }: Asked): Principal | undefined {
  const { kind, name } = entry.request.principal;
  if (kind === 'service_account') return { kind, id: null, name };
  if (!directory) return undefined;
  if (kind === 'team') {
    const id = idOfTeam(directory, `${directory.organization}/${name}`);
    return id === undefined ? undefined : { kind, id, name: name.toLowerCase() };
  }
  const person = personNamed(directory, name);
  return person ? { kind, id: person.id, name: person.login } : undefined;
}

/** The grants of this very role to the principal, the latest first. */
export function ownGrants(asked: Asked): PastGrant[] {
  const { resource, role, context } = asked;
  const principal = principalOf(asked);
  if (!principal) return [];
  return (context.history ?? [])
    .filter(
      (grant) =>
        grant.resource === resource.name &&
        grant.role === role.name &&
        samePrincipal(grant.principal, principal),
    )
    .toSorted((a, b) => b.startsAt - a.startsAt);
}
