import type { NewGrant } from '../../src/database/grants.ts';

export const hour = 3_600_000;
export const nine = Date.UTC(2026, 10, 23, 9);

/** mona reads orders from nine to one, decided on and not yet given; with whatever a test needs to be otherwise. */
export function sampleGrant(different: Partial<NewGrant> = {}): NewGrant {
  return {
    repositoryId: 123456789,
    key: 'user:mona orders-db:read-only',
    principal: { kind: 'user', id: 583231, name: 'mona' },
    holder: { id: 583231, name: 'mona' },
    resource: 'orders-db',
    role: 'read-only',
    connector: 'postgres',
    connection: 'orders-db',
    entitlement: { role: 'orders_reader' },
    entitlementKey: '{"role":"orders_reader"}',
    identity: 'mona_h',
    reason: 'INC-4312: stuck orders',
    ticket: null,
    file: 'access-requests.yaml',
    pull: 7,
    mergeSha: 'a'.repeat(40),
    digest: `sha256:${'b'.repeat(64)}`,
    startsAt: nine,
    expiresAt: nine + 4 * hour,
    state: 'scheduled',
    standing: false,
    endedBecause: null,
    grantedAt: null,
    revokedAt: null,
    emergency: false,
    reviewedAt: null,
    approvedUntil: null,
    judgedAt: null,
    decidedAt: nine,
    policyVersion: 'c'.repeat(40),
    ...different,
  };
}
