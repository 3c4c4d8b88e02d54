import type { Grant } from '../grants/grant.ts';
import type { Instant } from '../requests/instant.ts';
import type { NewRow, Row } from './schema.ts';

/** A grant as its row holds it: instants become timestamps, the principal three columns. */
export function rowOf(grant: Omit<Grant, 'id'>): Omit<NewRow<'grants'>, 'createdAt'> {
  const { key, principal, holder, entitlement, startsAt, expiresAt, ...rest } = grant;
  const { grantedAt, revokedAt, reviewedAt, approvedUntil, decidedAt, ...same } = rest;
  return {
    ...same,
    requestKey: key,
    principalKind: principal.kind,
    principalId: principal.id,
    principalName: principal.name,
    holderId: holder.id,
    holderName: holder.name,
    entitlement: JSON.stringify(entitlement),
    startsAt: new Date(startsAt),
    expiresAt: new Date(expiresAt),
    grantedAt: timestamp(grantedAt),
    revokedAt: timestamp(revokedAt),
    reviewedAt: timestamp(reviewedAt),
    approvedUntil: timestamp(approvedUntil),
    decidedAt: new Date(decidedAt),
  };
}

/** The grant that a row holds. */
export function grantOf(row: Row<'grants'>): Grant {
  const { id, resource, role, connector, connection, entitlement, entitlementKey, identity } = row;
  const { reason, ticket, file, pull, mergeSha, digest, state, standing, endedBecause } = row;
  const { emergency, judgedAt, policyVersion } = row;
  const asked = { resource, role, reason, ticket, file, pull, mergeSha, digest };
  return {
    id,
    ...asked,
    repositoryId: Number(row.repositoryId),
    key: row.requestKey,
    principal: {
      kind: row.principalKind,
      id: row.principalId === null ? null : Number(row.principalId),
      name: row.principalName,
    },
    holder: { id: row.holderId === null ? null : Number(row.holderId), name: row.holderName },
    connector,
    connection,
    entitlement,
    entitlementKey,
    identity,
    state,
    standing,
    endedBecause,
    startsAt: row.startsAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    grantedAt: row.grantedAt?.getTime() ?? null,
    revokedAt: row.revokedAt?.getTime() ?? null,
    emergency,
    reviewedAt: row.reviewedAt?.getTime() ?? null,
    approvedUntil: row.approvedUntil?.getTime() ?? null,
    judgedAt,
    decidedAt: row.decidedAt.getTime(),
    policyVersion,
  };
}

export function timestamp(instant: Instant | null): Date | null {
  return instant === null ? null : new Date(instant);
}
