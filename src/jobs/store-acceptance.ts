import type { ControlVerdict } from '../approvals/control-verdict.ts';
import { appendEvent, eventsOfKind, latestEvent } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { evidence, type Occasion } from './store-grant.ts';

/** Which pull requests brought a version into force already: each does once, in whatever ways its commits come back to the branch. */
export async function isSpentOnPolicies(
  db: Queryable,
  repositoryId: number,
): Promise<(pull: number) => boolean> {
  const accepted = await eventsOfKind(db, repositoryId, 'policy-accepted');
  const spent = new Set(accepted.map(({ pull }) => pull));
  return (pull) => spent.has(pull);
}

/** Tells of the version that the approved pull requests brought into force. */
export async function storeAcceptance(
  trx: Queryable,
  before: string,
  { pulls }: Extract<ControlVerdict, { kind: 'approved' }>,
  { repositoryId, after, now }: Occasion,
): Promise<void> {
  for (const pull of pulls)
    await appendEvent(trx, {
      at: now,
      kind: 'policy-accepted',
      repositoryId,
      pull: pull.number,
      grantId: null,
      subject: `The policies of ${after.slice(0, 7)} are in force: #${pull.number} was approved by their owners`,
      details: { sha: after, before, files: pull.assessment.controlFiles, ...evidence(pull, after) },
    });
}

/** Raises the alarm once for the files that nobody accepted, however often the branch moves on meanwhile. */
export async function tellUnaccepted(
  trx: Queryable,
  { files, reason }: Extract<ControlVerdict, { kind: 'unapproved' }>,
  { decidedUpTo, tip }: { readonly decidedUpTo: string; readonly tip: string },
  { repositoryId, now }: Occasion,
): Promise<void> {
  const last = await latestEvent(trx, repositoryId, ['policy-unaccepted']);
  if (last?.details['decidedUpTo'] === decidedUpTo && String(last.details['files']) === String(files)) return;
  await appendEvent(trx, {
    at: now,
    kind: 'policy-unaccepted',
    repositoryId,
    pull: null,
    grantId: null,
    subject: `The policies of ${tip.slice(0, 7)} were not accepted: new grants wait`,
    details: { sha: tip, decidedUpTo, files, reason },
  });
}
