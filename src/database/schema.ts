import type { ColumnType, Generated, GeneratedAlways, Insertable, Selectable } from 'kysely';
import type { DigestInput } from '../approvals/digest.ts';
import type { EventKind } from '../audit/event.ts';
import type { EndReason, GrantState } from '../grants/grant.ts';
import type { RemovalReason } from '../grants/removal-limit.ts';
import type { PrincipalKind } from '../requests/access-request.ts';

/** bigint: both drivers answer with a string, because a number can't hold all of them. */
type BigInteger = ColumnType<string, number | string>;
type NullableBigInteger = ColumnType<string | null, number | string | null>;
type Timestamp = ColumnType<Date>;
type NullableTimestamp = ColumnType<Date | null>;
/** jsonb: written as JSON text, read parsed. */
type Json = ColumnType<Readonly<Record<string, unknown>>, string, string>;

export interface DeliveriesTable {
  id: string;
  event: string;
  action: string | null;
  repositoryId: BigInteger;
  receivedAt: Timestamp;
}

export interface DeliveriesSeenTable {
  onlyRow: Generated<boolean>;
  until: Timestamp;
}

export interface RepositoriesTable {
  id: BigInteger;
  name: string;
  branch: string;
  headSha: string | null;
  acceptedSha: string | null;
  updatedAt: Timestamp;
}

export interface ReviewsTable {
  repositoryId: BigInteger;
  pull: number;
  reviewId: BigInteger;
  personId: BigInteger;
  personLogin: string;
  state: ReviewState;
  submittedAt: Timestamp;
  headSha: string;
  digest: string | null;
  content: ColumnType<StoredContent | null, string | null, string | null>;
  storedAt: Timestamp;
}

/** What a digest is of, as JSON: the other files as pairs. */
export interface StoredContent extends Omit<DigestInput, 'otherFiles'> {
  readonly otherFiles: readonly (readonly [path: string, blob: string | null])[];
}

/** What a review says, as GitHub's API spells it, in lower case. */
export type ReviewState = 'approved' | 'changes_requested' | 'commented' | 'dismissed';

export interface GrantsTable {
  id: Generated<string>;
  repositoryId: BigInteger;
  requestKey: string;
  principalKind: PrincipalKind;
  principalId: NullableBigInteger;
  principalName: string;
  resource: string;
  role: string;
  connector: string;
  connection: string;
  entitlement: Json;
  entitlementKey: string;
  identity: string;
  reason: string;
  ticket: string | null;
  file: string;
  pull: number;
  mergeSha: string;
  digest: string;
  startsAt: Timestamp;
  expiresAt: Timestamp;
  state: GrantState;
  standing: boolean;
  endedBecause: EndReason | null;
  grantedAt: NullableTimestamp;
  revokedAt: NullableTimestamp;
  emergency: Generated<boolean>;
  reviewedAt: NullableTimestamp;
  approvedUntil: NullableTimestamp;
  judgedAt: string | null;
  decidedAt: Timestamp;
  policyVersion: string;
  holderId: NullableBigInteger;
  holderName: string;
  lateUntil: NullableTimestamp;
  lastError: string | null;
  attempts: Generated<number>;
  createdAt: Timestamp;
}

export interface HeldRemovalsTable {
  grantId: string;
  because: RemovalReason;
  removal: BigInteger;
}

/** `wanted`: to be opened. `merged`: the entry is out of the default branch. `closed`: no longer needed. */
export type RevertState = 'wanted' | 'open' | 'merged' | 'closed';

export interface RevertsTable {
  id: GeneratedAlways<string>;
  repositoryId: BigInteger;
  pull: number | null;
  branch: string | null;
  state: RevertState;
  reason: string;
  grantId: string | null;
  requestKey: string;
  file: string;
  sourcePull: number | null;
  mergedSha: string | null;
  restoreSha: string | null;
  refusedSha: string | null;
  mergeRefusedAt: NullableTimestamp;
  createdAt: Timestamp;
}

export interface PullsTable {
  repositoryId: BigInteger;
  pull: number;
  headSha: string;
  evaluatedAt: Timestamp;
  lookAgainAt: NullableTimestamp;
  remindedAt: NullableTimestamp;
  asked: ColumnType<readonly string[], string, string>;
  explanation: ColumnType<unknown, string | null, string | null>;
}

export interface AuditEventsTable {
  seq: BigInteger;
  at: Timestamp;
  kind: EventKind;
  repositoryId: BigInteger;
  pull: number | null;
  grantId: string | null;
  subject: string;
  details: Json;
  deliveryId: string | null;
  recordPath: string | null;
  recordCommit: string | null;
}

/** Every table, in camel case: the columns themselves are in snake case. */
export interface Schema {
  deliveries: DeliveriesTable;
  deliveriesSeen: DeliveriesSeenTable;
  repositories: RepositoriesTable;
  reviews: ReviewsTable;
  grants: GrantsTable;
  heldRemovals: HeldRemovalsTable;
  reverts: RevertsTable;
  pulls: PullsTable;
  auditEvents: AuditEventsTable;
}

export type Row<Table extends keyof Schema> = Selectable<Schema[Table]>;
export type NewRow<Table extends keyof Schema> = Insertable<Schema[Table]>;
