import { didYouMean } from '../../requests/nearest.ts';
import { violation } from '../../requests/violation.ts';
import { isAmong, personNamed, teamNamed, type Directory } from '../directory.ts';
import { principalPlace, type Asked, type Constraint } from '../evaluation.ts';

/** The principal is there, and among those who may receive the role. */
export const whoMayReceive: Constraint = (asked) => {
  const { entry, resource, role, context } = asked;
  const { kind, name } = entry.request.principal;
  const place = principalPlace(entry);
  if (!isKnown(asked)) {
    const accounts = context.policies.identities.serviceAccounts.map((account) => account.name);
    const remedy =
      kind === 'service_account'
        ? didYouMean(name, accounts)
        : 'Correct the name; whoever is meant must have a GitHub account that the app can see.';
    return [violation(place, 'unknown-principal', `There is no ${kind.replace('_', ' ')} ${name}.`, remedy)];
  }
  if (mayReceive(asked)) return [];
  const message = `${name} may not receive ${role.name} on ${resource.name}.`;
  const remedy =
    role.principals === 'requester'
      ? 'Whoever needs this access asks for it: let the user of the entry open the pull request.'
      : `Ask for one of ${role.principals.join(', ')}.`;
  return [violation(place, 'not-a-principal', message, remedy)];
};

function isKnown({ entry, context: { directory, policies } }: Asked): boolean {
  const { kind, name } = entry.request.principal;
  if (kind === 'service_account')
    return policies.identities.serviceAccounts.some((account) => account.name === name);
  if (!directory) return true;
  return (
    (kind === 'user' ? personNamed(directory, name) : teamNamed(directory, teamName(directory, name))) !==
    null
  );
}

function mayReceive({ entry, role: { principals }, context: { directory, requester } }: Asked): boolean {
  const { kind, name } = entry.request.principal;
  if (kind === 'service_account')
    return principals !== 'requester' && principals.includes(`service_account:${name}`);
  if (!directory) return principals !== 'requester' || kind === 'user';
  if (kind === 'team') {
    const team = `@${teamName(directory, name)}`;
    return principals !== 'requester' && principals.some((party) => party.toLowerCase() === team);
  }
  const person = personNamed(directory, name);
  if (!person) return false;
  if (principals === 'requester') return person.id === requester?.id;
  const parties = principals.filter((party) => party.startsWith('@'));
  return isAmong(directory, person, parties);
}

function teamName(directory: Directory, slug: string): string {
  return `${directory.organization}/${slug}`.toLowerCase();
}
