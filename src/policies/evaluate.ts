import { requestKey, type ExpandedEntry, type PrincipalKind } from '../requests/access-request.ts';
import type { EntryChange } from '../requests/change-set.ts';
import { didYouMean } from '../requests/nearest.ts';
import { sortViolations, violation, type Violation } from '../requests/violation.ts';
import { automaticApproval } from './automatic.ts';
import { boundConnection } from './constraints/bound-connection.ts';
import { conditionHolds } from './constraints/condition-holds.ts';
import { conflictingRoles } from './constraints/conflicting-roles.ts';
import { emergencyRules } from './constraints/emergency-rules.ts';
import { effectiveDuration, howLong } from './constraints/how-long.ts';
import { quota } from './constraints/quota.ts';
import { requiredProof } from './constraints/required-proof.ts';
import { textRules } from './constraints/text-rules.ts';
import { unusual } from './constraints/unusual.ts';
import { whenGranted } from './constraints/when-granted.ts';
import { whoMayAsk } from './constraints/who-may-ask.ts';
import { whoMayReceive } from './constraints/who-may-receive.ts';
import type { Decision, Holder, ResolvedRequest } from './decision.ts';
import { idOfTeam, personNamed, type Directory } from './directory.ts';
import { placeIn, type Asked, type Constraint, type EvaluationContext } from './evaluation.ts';
import type { OffLimitsRole, Resource, Role } from './policy-set.ts';
import { resourceFile } from './resource-file.ts';
import { settingsFile } from './settings-file.ts';
import { targetIdentities } from './target-identity.ts';
import { uncheckedNotes } from './unchecked.ts';

/** Each family of conditions, by what it is about. */
const constraints: readonly (readonly [title: string, Constraint])[] = [
  ['who may ask', whoMayAsk],
  ['who may receive', whoMayReceive],
  ['how long', howLong],
  ['when', whenGranted],
  ['reason and ticket', textRules],
  ['roles that conflict', conflictingRoles],
  ['what the operator bound', boundConnection],
  ['the condition', conditionHolds],
  ['the quota', quota],
  ['second factors and signatures', requiredProof],
  ['emergencies', emergencyRules],
  ['what is unusual', unusual],
];

/**
 * Decides what the policies say to one changed entry: every violation at once, what would be granted, and who must approve. Reads no
 * clock and asks nobody: the same context gives the same decision. Removing an entry is always allowed.
 */
export function evaluate(change: EntryChange, context: EvaluationContext): Decision {
  const undecided = { change, approvals: [], distinct: true };
  if (change.kind === 'removed') return { ...undecided, violations: [] };
  const entry = change.after;
  const settings = settingsViolations(entry, context);
  const found = findRole(entry, context);
  if ('violation' in found)
    return { ...undecided, violations: sortViolations([...settings, found.violation]) };
  const { resource, role } = found;
  if (role.kind === 'off-limits') {
    const violations = sortViolations([...settings, offLimits(entry, resource, role)]);
    return { ...undecided, violations, role: role.place };
  }
  const asked = { entry, resource, role, context };
  const identities = targetIdentities(asked);
  const request = identities && 'holders' in identities ? resolve(asked, identities.holders) : undefined;
  const checks = constraints.map(([title, constraint]) => ({ title, violations: constraint(asked) }));
  return {
    change,
    violations: sortViolations([
      ...settings,
      ...checks.flatMap(({ violations }) => violations),
      ...(identities && 'violation' in identities ? [identities.violation] : []),
    ]),
    ...(request && { request }),
    ...(role.owners === 'both' && { policyFile: resource.file }),
    approvals: role.approvals,
    distinct: role.distinct,
    role: role.place,
    checks,
    ...automaticApproval(asked),
    ...(entry.request.emergency &&
      role.emergency && { emergency: { reviewWithin: role.emergency.reviewWithin } }),
    unchecked: uncheckedNotes(asked),
  };
}

/**
 * What else is wrong with an entry whose shape has violations already. What it lacks is no violation: it may be what could not be read,
 * and that was said.
 */
export function furtherViolations(flawed: EntryChange, context: EvaluationContext): Violation[] {
  if (flawed.kind === 'removed') return [];
  const { line, column } = flawed.after.start;
  return evaluate(flawed, context).violations.filter(
    (found) => found.line !== line || found.column !== column,
  );
}

/** Settings that cannot be read may hold a freeze or bound who asks: nothing is granted without them. */
function settingsViolations(entry: ExpandedEntry, { policies }: EvaluationContext): Violation[] {
  if (!policies.broken.has(settingsFile)) return [];
  const message = `${settingsFile} has errors, so whether anything is granted now is not known.`;
  return [violation(entry.start, 'condition-failed', message, 'Correct that file first.')];
}

function findRole(
  entry: ExpandedEntry,
  { policies }: EvaluationContext,
): { resource: Resource; role: Role } | { violation: Violation } {
  const resource = policies.resources.get(entry.resource);
  if (!resource) {
    const file = resourceFile(entry.resource);
    const place = placeIn(entry, 'resource', 'template');
    return {
      violation: policies.broken.has(file)
        ? violation(
            place,
            'unknown-resource',
            `${file} has errors, so nothing is granted by it.`,
            'Correct that file first.',
          )
        : violation(
            place,
            'unknown-resource',
            `There is no resource \`${entry.resource}\`.`,
            didYouMean(entry.resource, policies.resources.keys()),
          ),
    };
  }
  const role = resource.roles.get(entry.role);
  if (role) return { resource, role };
  const message = `${entry.resource} has no role \`${entry.role}\`.`;
  const place = placeIn(entry, 'role', 'template');
  return {
    violation: violation(place, 'unknown-role', message, didYouMean(entry.role, resource.roles.keys())),
  };
}

function offLimits(entry: ExpandedEntry, resource: Resource, role: OffLimitsRole): Violation {
  const message = `${role.name} on ${resource.name} is off limits.`;
  return violation(placeIn(entry, 'role', 'template'), 'off-limits', message, role.instead);
}

/** What would be granted, or `undefined` while it is not known to whom or for how long. */
function resolve(asked: Asked, holders: readonly Holder[]): ResolvedRequest | undefined {
  const { entry, resource, role, context } = asked;
  const { kind, name } = entry.request.principal;
  const { until = null, starts = null, ticket = null, emergency, reason } = entry.request;
  const duration = effectiveDuration(asked) ?? null;
  const { connector, connection } = resource;
  const principal = principalNamed(kind, name, context.directory);
  if (!principal) return undefined;
  if ((until === null && duration === null) || connector === undefined || connection === undefined)
    return undefined;
  return {
    key: requestKey(entry),
    principal,
    resource: resource.name,
    role: role.name,
    connector,
    connection,
    entitlement: role.entitlement,
    holders,
    starts,
    duration,
    until,
    emergency,
    reason,
    ticket,
    file: entry.file,
  };
}

function principalNamed(
  kind: PrincipalKind,
  name: string,
  directory: Directory | null,
): ResolvedRequest['principal'] | undefined {
  if (kind === 'service_account') return { kind, id: null, name };
  if (!directory) return undefined;
  if (kind === 'team') {
    const id = idOfTeam(directory, `${directory.organization}/${name}`);
    return id === undefined ? undefined : { kind, id, name };
  }
  const person = personNamed(directory, name);
  return person ? { kind, id: person.id, name: person.login } : undefined;
}
