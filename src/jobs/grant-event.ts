import type { EventKind, NewEvent } from '../audit/event.ts';
import type { Grant } from '../grants/grant.ts';
import { formatInstant, type Instant } from '../requests/instant.ts';

/** What is told of a grant at the target. */
export type Outcome = Extract<
  EventKind,
  'access-granted' | 'access-revoked' | 'grant-ended' | 'target-refused'
>;

const verbs: Readonly<Record<Outcome, string>> = {
  'access-granted': 'was given',
  'access-revoked': 'lost',
  'grant-ended': 'has no grant any more for',
  'target-refused': 'was refused by the target for',
};

/** The audit event of what became of a grant at the target. */
export function grantEvent(
  { repositoryId, pull, id, principal, role, resource, connection, entitlement, identity, expiresAt }: Grant,
  at: Instant,
  kind: Outcome,
  details: Readonly<Record<string, unknown>>,
): NewEvent {
  return {
    at,
    kind,
    repositoryId,
    pull,
    grantId: id,
    subject: `${principal.name} ${verbs[kind]} ${role} on ${resource}`,
    details: {
      ...details,
      principal,
      resource,
      role,
      connection,
      entitlement,
      identity,
      expiresAt: formatInstant(expiresAt),
    },
  };
}
