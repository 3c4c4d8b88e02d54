import { recordOf } from '../audit/record.ts';
import { setRecord, unrecorded } from '../database/audit-events.ts';
import { appendRecords } from '../github/records-branch.ts';
import type { Parts } from './parts.ts';
import type { Tasks } from './tasks.ts';

/** So many records go into one commit at most. */
const batch = 500;

/** Appends what the audit log holds and git does not yet to the records branch, and notes which commit holds it. */
export async function writeRecordsTask(
  parts: Parts,
  { repositoryId }: Tasks['write-records'],
): Promise<void> {
  const { db } = parts;
  for (let events = await unrecorded(db, repositoryId, batch); events.length > 0;) {
    const { repository, git } = await parts.workplace(repositoryId);
    const written = events.map((event) => ({ seq: event.seq, record: recordOf(event) }));
    const commit = await appendRecords(
      repository,
      git,
      written.map(({ record }) => record),
    );
    await db.transaction().execute(async (trx) => {
      for (const { seq, record } of written) await setRecord(trx, seq, { path: record.path, commit });
    });
    events = await unrecorded(db, repositoryId, batch);
  }
}
