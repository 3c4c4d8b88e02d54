import { present } from '../requests/present.ts';
import { placeOf, type YamlFile } from '../requests/yaml-file.ts';
import type { Entitlement, OpenRole, Role } from './policy-set.ts';
import type { RoleShape } from './resource-schema.ts';

/** How far ahead a request may begin, where the role does not say: 14 days. */
const maxAhead = 14 * 24 * 60;

/** The role that a checked file describes, with the defaults of formats.md. */
export function roleOf(
  file: YamlFile,
  name: string,
  role: RoleShape,
  entitlement: Entitlement | undefined,
): Role {
  const place = placeOf(file, ['roles', name]);
  const { description, off_limits: instead } = role;
  const common = present({ name, place, description });
  if (instead !== undefined) return { kind: 'off-limits', ...common, instead };
  if (!entitlement || role.max_duration === undefined)
    throw new Error(`the role ${name} in ${file.path} was not checked before it was read`);
  return { kind: 'open', ...common, ...openRole(file, name, role, entitlement, role.max_duration) };
}

function openRole(
  file: YamlFile,
  name: string,
  role: RoleShape,
  entitlement: Entitlement,
  maxDuration: number,
): Omit<OpenRole, 'kind' | 'name' | 'place' | 'description'> {
  const { hours = [], quota, emergency, reason, ticket } = role;
  return present({
    entitlement,
    requesters: role.requesters,
    principals: role.principals ?? 'requester',
    minDuration: role.min_duration,
    defaultDuration: role.default_duration,
    maxDuration,
    maxContinuous: role.max_continuous ?? maxDuration,
    maxAhead: role.max_ahead ?? maxAhead,
    reason: reason && present(reason),
    ticket: ticket && present(ticket),
    owners: role.owners ?? 'both',
    approvals: (role.approvals ?? []).map((rule, index) =>
      present({ ...rule, place: placeOf(file, ['roles', name, 'approvals', index]) }),
    ),
    distinct: role.distinct ?? true,
    remindBefore: role.remind_before,
    hours: Array.isArray(hours) ? hours : [hours],
    when: role.when,
    autoApprove: role.auto_approve,
    require: role.require ?? [],
    quota:
      quota &&
      present({
        activePerPrincipal: quota.active_per_principal,
        active: quota.active,
        per30Days: quota.per_30_days,
        cooldown: quota.cooldown,
      }),
    emergency: emergency && {
      requesters: emergency.requesters,
      maxDuration: emergency.max_duration,
      reviewWithin: emergency.review_within,
    },
  });
}
