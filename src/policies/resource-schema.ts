import { z } from 'zod';
import { duration, name, text } from '../requests/scalars.ts';
import {
  condition,
  party,
  principal,
  roleReference,
  textRule,
  timeOfDay,
  timezone,
} from './policy-scalars.ts';

const count = z.int().min(1).max(100);

const window = z.strictObject({
  timezone,
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
  from: timeOfDay,
  to: timeOfDay,
});

/** A role, as formats.md gives it. What a role needs beyond its shape is checked apart: resource-file.ts. */
export const roleSchema = z.strictObject({
  description: text(500).optional(),
  entitlement: z.unknown().optional(),
  off_limits: text(500).optional(),
  requesters: z.array(party).optional(),
  principals: z.union([z.literal('requester'), z.array(principal)]).optional(),
  min_duration: duration.optional(),
  default_duration: duration.optional(),
  max_duration: duration.optional(),
  max_continuous: duration.optional(),
  max_ahead: duration.optional(),
  reason: textRule.optional(),
  ticket: textRule.optional(),
  hours: z.union([window, z.array(window).min(1)]).optional(),
  quota: z
    .strictObject({
      active_per_principal: count.optional(),
      active: count.optional(),
      per_30_days: count.optional(),
      cooldown: duration.optional(),
    })
    .optional(),
  require: z.array(z.enum(['two_factor', 'signed_commits'])).optional(),
  owners: z.enum(['both', 'file']).optional(),
  approvals: z
    .array(
      z.strictObject({
        from: z.array(party).min(1),
        count: count.default(1),
        after: z.literal('previous').optional(),
      }),
    )
    .optional(),
  distinct: z.boolean().optional(),
  when: condition.optional(),
  auto_approve: condition.optional(),
  emergency: z
    .strictObject({ requesters: z.array(party), max_duration: duration, review_within: duration })
    .optional(),
  remind_before: duration.optional(),
});

/** A file access-policies/resources/NAME.yaml. */
export const resourceSchema = z.strictObject({
  resource: name,
  description: text(500),
  connector: name.optional(),
  connection: name.optional(),
  conflicts: z.array(roleReference).optional(),
  roles: z.record(name, roleSchema),
});

export type RoleShape = z.output<typeof roleSchema>;
