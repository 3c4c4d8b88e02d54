import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { lockFolder } from '../../src/database/folder-lock.ts';
import { embeddedImage } from './embedded-image.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

describe('a database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test('answers with bigints as text, JSON parsed, and instants as dates', async () => {
    const { rows } = await sql`
      select 9007199254740993::bigint as big, '{"snake_case": [1]}'::jsonb as json, to_timestamp(1) as at
    `.execute(database.db);
    expect(rows).toEqual([{ big: '9007199254740993', json: { snake_case: [1] }, at: new Date(1000) }]);
  });

  test('keeps a query beside a transaction out of it', async () => {
    const beside: Promise<unknown>[] = [];
    const failing = database.db.transaction().execute(async (trx) => {
      await sql`create table of_the_transaction (id integer)`.execute(trx);
      beside.push(
        database.run(`select to_regclass('of_the_transaction')::text as seen`).then(({ rows }) => rows),
      );
      throw new Error('roll back');
    });
    await expect(failing).rejects.toThrow('roll back');
    expect(await Promise.all(beside)).toEqual([[{ seen: null }]]);
  });

  test('runs several statements at once, and is none the worse for their failure', async () => {
    await expect(database.run('begin; select 1 / 0; commit')).rejects.toThrow('division by zero');
    const { rows } = await database.run('select $1::integer + 1 as next', [1]);
    expect(rows).toEqual([{ next: 2 }]);
  });

  test('tells of commits, and of nothing that was rolled back', async () => {
    let commits = 0;
    const unsubscribe = database.onCommit(() => {
      commits += 1;
    });
    await database.db.transaction().execute((trx) => sql`select 1`.execute(trx));
    await expect(database.db.transaction().execute((trx) => sql`select 1 / 0`.execute(trx))).rejects.toThrow(
      'division by zero',
    );
    expect(commits).toBe(1);
    unsubscribe();
    await database.db.transaction().execute((trx) => sql`select 1`.execute(trx));
    expect(commits).toBe(1);
  });
});

describe('the embedded database', () => {
  test('says what is wrong when a transaction waits for itself', async () => {
    const database = await openDatabase({ memory: true, image: await embeddedImage(), patience: 50 });
    const mistaken = database.db.transaction().execute(() => sql`select 1`.execute(database.db));
    await expect(mistaken).rejects.toThrow('ask its trx and not db');
    expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }]);
    await database.close();
  });

  describe('in a folder', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'countersign-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    test('keeps its data for the next process, and is one process alone', async () => {
      const dataDir = join(folder, 'data');
      const first = await openDatabase({ dataDir });
      await first.run('create table kept (id integer)');
      await expect(openDatabase({ dataDir })).rejects.toThrow('is in use by another process: stop that one');
      await first.close();
      const second = await openDatabase({ dataDir });
      expect((await second.run('select count(*)::integer as n from kept')).rows).toEqual([{ n: 0 }]);
      await second.close();
    });

    test('is free again when the process that held it was killed', async () => {
      const contested = join(folder, 'contested');
      const lock = new URL('../../src/database/folder-lock.ts', import.meta.url);
      const script = `import { lockFolder } from ${JSON.stringify(lock.href)};
        lockFolder(${JSON.stringify(contested)});
        console.log('locked');
        setInterval(() => {}, 1000);`;
      const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(holder.stdout, 'data');
      expect(() => lockFolder(contested)).toThrow('is in use by another process');
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      expect(() => lockFolder(contested)()).not.toThrow();
    });
  });
});
