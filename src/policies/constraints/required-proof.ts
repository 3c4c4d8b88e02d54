import { violation, type Place, type Violation } from '../../requests/violation.ts';
import { personNamed, type Person } from '../directory.ts';
import { placeIn, principalPlace, type Asked, type Constraint } from '../evaluation.ts';

/** What the role requires of people and commits: a second factor, signatures. What cannot be known is not met. */
export const requiredProof: Constraint = (asked) => {
  if (!asked.context.directory) return [];
  return asked.role.require.flatMap((proof) =>
    proof === 'two_factor' ? twoFactor(asked) : signedCommits(asked),
  );
};

/** Of whoever asks and of whoever receives. */
function twoFactor(asked: Asked): Violation[] {
  const { entry, role, context } = asked;
  const { kind, name } = entry.request.principal;
  const place = principalPlace(entry);
  if (kind === 'team') {
    const message = `${role.name} requires a second factor, which can't be known of a whole team.`;
    return [failed(place, message, 'Write an entry for each member who needs it.')];
  }
  const receiver = kind === 'user' && context.directory ? personNamed(context.directory, name) : null;
  const people = new Map(
    [context.requester, receiver].flatMap((person) => (person ? [[person.id, person]] : [])),
  );
  return [...people.values()].flatMap((person) => withoutFactor(person, role.name, place));
}

function withoutFactor({ login, twoFactor: known }: Person, role: string, place: Place): Violation[] {
  if (known === true) return [];
  if (known === false) {
    const message = `${role} requires a second factor, and ${login} signs in without one.`;
    const remedy = 'Turn on two-factor authentication in the settings of that GitHub account.';
    return [violation(place, 'two-factor-required', message, remedy)];
  }
  const message = `${role} requires a second factor, and GitHub does not tell the app whether ${login} has one.`;
  return [failed(place, message, "Let the operator of Countersign check the app's permissions.")];
}

function signedCommits({ entry, role, context: { commitsSigned } }: Asked): Violation[] {
  const place = placeIn(entry, 'role', 'template');
  if (commitsSigned === true) return [];
  if (commitsSigned === false) {
    const message = `${role.name} requires signed commits, and not every commit here has a signature that GitHub verified.`;
    return [violation(place, 'signature-required', message, 'Sign the commits, and push them again.')];
  }
  const message = `${role.name} requires signed commits, and whether these are signed is not known.`;
  return [failed(place, message, 'Nothing in the request can mend this: tell the operator of Countersign.')];
}

function failed(place: Place, message: string, remedy: string): Violation {
  return violation(place, 'condition-failed', message, remedy);
}
