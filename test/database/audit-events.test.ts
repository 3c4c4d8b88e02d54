import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../src/audit/event.ts';
import { allEvents, appendEvent, setRecord, unrecorded } from '../../src/database/audit-events.ts';
import { openTestDatabase, serverUrl, type TestDatabase } from './test-database.ts';

const event: NewEvent = {
  at: Date.UTC(2026, 10, 23, 9),
  kind: 'grant-decided',
  repositoryId: 1,
  pull: 7,
  grantId: null,
  subject: 'mona gets read-only on orders-db',
  details: { keyWithCapitals: { snake_case: [1, 'two', null] } },
};

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const append = (different: Partial<NewEvent> = {}) => appendEvent(database.db, { ...event, ...different });
const numbers = async () => (await allEvents(database.db)).map(({ event: { seq } }) => seq);
const anchor = (seq: number) => ({ path: `records/${seq}.json`, commit: 'a'.repeat(40) });

describe('the audit log', () => {
  test('numbers what is appended and gives it back as it was', async () => {
    expect(await append()).toEqual({ ...event, seq: 1 });
    expect(await append({ kind: 'access-granted' })).toMatchObject({ seq: 2 });
    expect(await allEvents(database.db)).toMatchObject([
      { event: { ...event, seq: 1 }, anchor: null },
      { event: { seq: 2, kind: 'access-granted' }, anchor: null },
    ]);
  });

  test('has no gap where a transaction was rolled back', async () => {
    const failing = database.db.transaction().execute(async (trx) => {
      await appendEvent(trx, event);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await append()).toMatchObject({ seq: 3 });
    expect(await numbers()).toEqual([1, 2, 3]);
  });

  test('knows what has no record yet, of each repository, in order', async () => {
    const { seq } = await append({ repositoryId: 2 });
    await setRecord(database.db, 1, anchor(1));
    const open = await unrecorded(database.db, 1, 100);
    expect(open.map((each) => each.seq)).toEqual([2, 3]);
    expect(await unrecorded(database.db, 1, 1)).toEqual(open.slice(0, 1));
    expect((await unrecorded(database.db, 2, 100)).map((each) => each.seq)).toEqual([seq]);
  });

  test('keeps the first record of an event', async () => {
    await setRecord(database.db, 1, { path: 'elsewhere', commit: 'f'.repeat(40) });
    const [first] = await allEvents(database.db, 1);
    expect(first?.anchor).toEqual(anchor(1));
  });

  test.each([
    ['a changed subject', `update audit_events set subject = 'nothing happened'`],
    ['a changed time', 'update audit_events set at = now()'],
    ['another record', `update audit_events set record_path = 'x', record_commit = 'y' where seq = 1`],
    ['a record taken away', `update audit_events set record_path = null, record_commit = null where seq = 1`],
    [
      'a change that comes with a record',
      `update audit_events set record_path = 'x', record_commit = 'y', pull = 9 where seq = 2`,
    ],
    ['a deleted row', 'delete from audit_events where seq = 2'],
    ['an emptied table', 'truncate audit_events'],
  ])('refuses %s', async (_, statement) => {
    const before = await allEvents(database.db);
    await expect(database.run(statement)).rejects.toThrow('audit events are append only');
    expect(await allEvents(database.db)).toEqual(before);
  });

  test('refuses half a record', async () => {
    const half = database.run(`update audit_events set record_path = 'x' where seq = 2`);
    await expect(half).rejects.toThrow('audit_events_check');
  });

  test.runIf(serverUrl)(
    'gives numbers in the order of commits to those who append at the same time',
    async () => {
      const before = await numbers();
      const other = await database.second();
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => appendEvent(index % 2 ? database.db : other.db, event)),
      );
      const after = await numbers();
      expect(after).toEqual(Array.from({ length: before.length + 20 }, (_, index) => index + 1));
      await other.close();
    },
  );
});
