import { violation } from '../../requests/violation.ts';
import { placeIn, type Constraint } from '../evaluation.ts';
import { matchesGlob } from '../pattern.ts';

/** The operator has bound the resource's connection to this repository, and allows what the role means there. */
export const boundConnection: Constraint = ({ entry, resource, role, context: { connections } }) => {
  if (!connections) return [];
  const { connector, connection } = resource;
  const bound = connection === undefined ? undefined : connections.get(connection);
  if (!bound || bound.connector !== connector) {
    const message = `This repository is bound to no ${connector} connection \`${connection}\`.`;
    const remedy = 'Ask the operator of Countersign to bind it in countersign.yaml.';
    return [violation(placeIn(entry, 'resource', 'template'), 'connection-not-bound', message, remedy)];
  }
  const names = namesIn(role.entitlement);
  const allowed =
    names.length > 0 && names.every((name) => bound.entitlements.some((glob) => matchesGlob(glob, name)));
  if (allowed) return [];
  const message = `The connection \`${connection}\` may not give ${names.map((name) => `\`${name}\``).join(', ')}.`;
  const remedy = 'Ask the operator of Countersign to allow it in countersign.yaml, or ask for another role.';
  return [violation(placeIn(entry, 'role', 'template'), 'entitlement-not-allowed', message, remedy)];
};

/** Every text in an entitlement: each is a name that the target gives power by. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(namesIn) : [];
}
