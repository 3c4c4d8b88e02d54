import { didYouMean } from '../requests/nearest.ts';
import { checkSchema, checkShape, valueAt } from '../requests/shape.ts';
import { violation, type Violation } from '../requests/violation.ts';
import { placeOf, type YamlFile, type YamlPath } from '../requests/yaml-file.ts';
import type { EntitlementSchemas } from './entitlement-schemas.ts';
import type { Entitlement, Resource } from './policy-set.ts';
import { resourceSchema } from './resource-schema.ts';
import { boundViolations } from './role-bounds.ts';
import { roleOf } from './role.ts';

/** The path of the file that defines a resource. */
export function resourceFile(resource: string): string {
  return `access-policies/resources/${resource}.yaml`;
}

/** Reads access-policies/resources/NAME.yaml. */
export function parseResource(
  file: YamlFile,
  connectors: EntitlementSchemas,
): { value?: Resource; violations: Violation[] } {
  const shape = checkShape(file, [], resourceSchema);
  const needs = neededKeys(file);
  const entitlements = checkEntitlements(file, connectors);
  const violations = [...shape.violations, ...needs, ...entitlements.violations];
  if (!shape.value) return { violations };
  const { value } = shape;
  violations.push(...nameViolations(file, value.resource), ...boundViolations(file, value.roles));
  if (violations.length > 0) return { violations };
  const { resource, description, connector, connection, conflicts = [] } = value;
  const roles = Object.entries(value.roles).map(
    ([name, role]) => [name, roleOf(file, name, role, entitlements.values.get(name))] as const,
  );
  return {
    value: {
      name: resource,
      file: file.path,
      description,
      ...(connector !== undefined && { connector }),
      ...(connection !== undefined && { connection }),
      conflicts,
      roles: new Map(roles),
    },
    violations: [],
  };
}

function nameViolations(file: YamlFile, name: string): Violation[] {
  if (resourceFile(name) === file.path) return [];
  const message = `The resource \`${name}\` stands in a file of another name.`;
  const remedy = `Name the file ${resourceFile(name)}, or correct \`resource\`.`;
  return [violation(placeOf(file, ['resource']), 'invalid-name', message, remedy)];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The names of the roles that can be asked for, and what stands under each: whatever it is. */
function openRoles(file: YamlFile): { name: string; keys: Readonly<Record<string, unknown>> }[] {
  const roles = valueAt(file, ['roles']);
  return Object.entries(isMapping(roles) ? roles : {}).flatMap(([name, keys]) =>
    isMapping(keys) && !('off_limits' in keys) ? [{ name, keys }] : [],
  );
}

/** What a resource and its roles need where something can be asked for. */
function neededKeys(file: YamlFile): Violation[] {
  const open = openRoles(file);
  const missing = (path: YamlPath, key: string, remedy: string) =>
    valueAt(file, [...path, key]) === undefined
      ? [violation(placeOf(file, path), 'missing-key', `\`${key}\` is missing.`, remedy)]
      : [];
  if (open.length === 0) return [];
  const violations = [
    ...missing([], 'connector', 'Add the kind of target, such as postgres.'),
    ...missing([], 'connection', 'Add the name of the connection that the app binds to this repository.'),
  ];
  for (const { name } of open) {
    violations.push(
      ...missing(['roles', name], 'entitlement', 'Add what the role means in the target, or `off_limits`.'),
      ...missing(['roles', name], 'max_duration', 'Add the longest time, such as 8h, or `off_limits`.'),
    );
  }
  return violations;
}

/** Whether each entitlement is one in the words of its connector. */
function checkEntitlements(
  file: YamlFile,
  connectors: EntitlementSchemas,
): { values: Map<string, Entitlement>; violations: Violation[] } {
  const values = new Map<string, Entitlement>();
  const connector = valueAt(file, ['connector']);
  if (typeof connector !== 'string') return { values, violations: [] };
  const schema = connectors.get(connector);
  if (!schema) {
    const message = `There is no connector \`${connector}\`.`;
    const place = placeOf(file, ['connector']);
    const remedy = didYouMean(connector, connectors.keys());
    return { values, violations: [violation(place, 'invalid-entitlement', message, remedy)] };
  }
  const violations: Violation[] = [];
  for (const { name, keys } of openRoles(file)) {
    if (!('entitlement' in keys)) continue;
    const checked = checkSchema(file, ['roles', name, 'entitlement'], schema.entitlement);
    if (checked.value) values.set(name, checked.value);
    for (const { message, remedy, ...place } of checked.violations)
      violations.push(violation(place, 'invalid-entitlement', message, remedy));
  }
  return { values, violations };
}
