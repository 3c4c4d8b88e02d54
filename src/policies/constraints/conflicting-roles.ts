import { violation } from '../../requests/violation.ts';
import { placeIn, samePrincipalNamed, type Constraint } from '../evaluation.ts';

/** The principal holds nothing that the resource, or the resource of what is held, declares to conflict. */
export const conflictingRoles: Constraint = ({ entry, resource, role, context: { held = [], policies } }) => {
  const asked = `${resource.name}:${role.name}`;
  return held.flatMap((other) => {
    const standing = `${other.resource}:${other.role}`;
    const theirs = policies.resources.get(other.resource)?.conflicts ?? [];
    const conflict = resource.conflicts.includes(standing) || theirs.includes(asked);
    if (standing === asked || !samePrincipalNamed(entry, other) || !conflict) return [];
    const { file, line } = other.start;
    const message = `${entry.request.principal.name} may not hold ${asked} beside ${standing} (${file}:${line}).`;
    return [violation(placeIn(entry, 'role', 'template'), 'conflict', message, 'Give the other back first.')];
  });
};
