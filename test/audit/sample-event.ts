import type { AuditEvent } from '../../src/audit/event.ts';

/** A decision as the log tells of it, with whatever a test needs to be otherwise. */
export function sampleEvent(different: Partial<AuditEvent> = {}): AuditEvent {
  return {
    seq: 12,
    at: Date.UTC(2026, 10, 23, 9, 0, 5),
    kind: 'grant-decided',
    repositoryId: 123456789,
    pull: 7,
    grantId: '0190e2a4-7c1b-7000-8000-000000000001',
    subject: 'mona may have read-only on orders-db until 2026-11-23T13:00:00Z',
    details: {
      expires: '2026-11-23T13:00:00Z',
      digest: `sha256:${'b'.repeat(64)}`,
      approvals: [{ review: 31, account: 583231, login: 'ada', at: '2026-11-23T08:58:00Z' }],
      request: { role: 'read-only', resource: 'orders-db', ticket: null },
    },
    ...different,
  };
}
