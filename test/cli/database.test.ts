import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { adoptCommand } from '../../src/cli/adopt.ts';
import { auditCommand } from '../../src/cli/audit.ts';
import { organizationSeed } from '../../src/cli/stage/organization.ts';
import { grantsCommand } from '../../src/cli/grants.ts';
import { migrateCommand } from '../../src/cli/migrate.ts';
import { removalsCommand } from '../../src/cli/removals.ts';
import { tasksCommand } from '../../src/cli/tasks.ts';
import { appendEvent, setRecord } from '../../src/database/audit-events.ts';
import { openDatabase } from '../../src/database/connect.ts';
import { insertGrant, liveGrants } from '../../src/database/grants.ts';
import { holdBack } from '../../src/database/removals.ts';
import { openQueue } from '../../src/jobs/queue.ts';
import { startSandbox, type Sandbox, type World } from '../../src/sandbox/start.ts';
import { sampleEvent } from '../audit/sample-event.ts';
import { nine, sampleGrant } from '../database/sample-grant.ts';
import { run, type Outcome } from './run.ts';

let folder: string;
let sandbox: Sandbox;
let world: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  // A database without tables.
  await (await openDatabase({ dataDir: folder })).close();
  sandbox = await startSandbox();
  world = await sandbox.seed(await organizationSeed());
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

/** The settings of an app that the sandbox knows. */
function givenTheApp(changed: Readonly<Record<string, string>> = {}): void {
  const { app, repository } = world;
  const settings = {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.webhookSecret,
    GITHUB_API_URL: sandbox.url,
    COUNTERSIGN_CONFIG: 'countersign.yaml',
    REQUESTS_REPOSITORY_ID: String(repository.id),
    ORDERS_DB_URL: 'postgres://orders.example/orders',
    ...changed,
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
}

const noTables = /^The database has no tables yet: `countersign migrate` makes them/;

describe('a database that was never migrated', () => {
  test('has nothing to show: the remedy is named, and no tables are made by asking', async () => {
    givenTheApp();
    const { code, err } = await run(auditCommand(), 'verify', '--data', folder);
    expect(code).toBe(2);
    expect(err).toMatch(noTables);
    expect((await run(grantsCommand(), '--data', folder)).err).toMatch(noTables);
  });
});

describe('a database that is not there', () => {
  test('is asked for', async () => {
    vi.stubEnv('DATABASE_URL', '');
    const { code, err } = await run(grantsCommand());
    expect(code).toBe(2);
    expect(err).toMatch(
      /^DATABASE_URL is missing: .*\nOr name the folder of an embedded database with --data DIR\.$/,
    );
  });

  test('is not made where a folder is mistyped', async () => {
    const { code, err } = await run(grantsCommand(), '--data', join(folder, 'typo'));
    expect([code, err]).toEqual([2, `There is no database in ${join(folder, 'typo')}, which --data names.`]);
  });

  test.each([
    ['grants', () => run(grantsCommand())],
    ['migrate', () => run(migrateCommand())],
  ])('makes %s say what to do, and never the password', async (_, running) => {
    vi.stubEnv('DATABASE_URL', 'postgres://countersign:hunter2@127.0.0.1:1/countersign');
    const { code, err } = await running();
    expect(code).toBe(2);
    expect(err).toMatch(/^The database does not answer: /);
    expect(err).not.toContain('hunter2');
  });

  test('may be in use by another process', async () => {
    const other = await openDatabase({ dataDir: folder });
    const { code, err } = await run(grantsCommand(), '--data', folder);
    await other.close();
    expect(code).toBe(2);
    expect(err).toMatch(/^The data folder .* is in use by another process: stop that one first/);
  });
});

describe('a database that is up to date', () => {
  let migrated: Outcome;
  beforeAll(async () => {
    migrated = await run(migrateCommand(), '--data', folder);
    const database = await openDatabase({ dataDir: folder });
    await insertGrant(database.db, sampleGrant({ state: 'active', grantedAt: nine }), nine);
    await database.close();
  });

  test('is so by migrate, which names what ran and then nothing', async () => {
    expect(migrated).toEqual({
      code: 0,
      out: expect.stringMatching(/^(?:Ran \d{4}-[a-z-]+\.\n)+$/),
      err: '',
    });
    expect(await run(migrateCommand(), '--data', folder)).toEqual({
      code: 0,
      out: 'The database is up to date.\n',
      err: '',
    });
  });

  test('shows its grants in columns', async () => {
    const { code, out } = await run(grantsCommand(), '--data', folder);
    expect(code).toBe(0);
    expect(out).toBe(
      'mona  read-only on orders-db  mona_h in orders-db  active  until 2026-11-23T13:00:00Z  #7\n',
    );
  });

  test('shows who held what at a time', async () => {
    const { out } = await run(
      grantsCommand(),
      '--data',
      folder,
      '--at',
      '2026-11-23T10:00:00+01:00',
      '--json',
    );
    expect(JSON.parse(out)).toEqual([
      expect.objectContaining({
        principal: 'mona',
        role: 'read-only',
        state: 'active',
        expires: '2026-11-23T13:00:00Z',
      }),
    ]);
  });

  test('cannot be asked about a time that is none', async () => {
    const { code, err } = await run(grantsCommand(), '--at', 'yesterday');
    expect([code, err]).toEqual([2, '--at yesterday is no RFC 3339 time, such as 2026-11-23T12:00:00Z.']);
  });

  test('has no queue before the app has started', async () => {
    const { code, err } = await run(tasksCommand(), '--data', folder);
    expect(code).toBe(2);
    expect(err).toMatch(/^The database has no queue yet: `countersign start` makes it/);
  });

  test('shows what was given up, and sends it again', async () => {
    const database = await openDatabase({ dataDir: folder });
    const queue = await openQueue(database, { retries: { limit: 0, pause: 0 } });
    await queue.work({});
    await queue.send(database.db, { name: 'evaluate-pull', key: '1/7', data: { pull: 7 } });
    await queue.idle();
    await queue.stop();
    await database.close();

    const tasks = (...args: string[]) => run(tasksCommand(), ...args, '--data', folder);
    const { out } = await tasks();
    expect(out).toMatch(
      /^given up {2}[0-9a-f-]{36} {2}evaluate-pull 1\/7 {2}1 attempt {2}since \S+Z {2}nothing carries out a task named evaluate-pull\n$/,
    );
    expect(await tasks('retry')).toMatchObject({ code: 2, err: expect.stringMatching(/^Name the tasks/) });
    expect(await tasks('retry', 'typo')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^No task typo/),
    });
    const [, id = ''] = out.split('  ');
    expect(JSON.parse((await tasks('retry', id, '--json')).out)).toMatchObject([{ id, state: 'givenUp' }]);
    expect((await tasks()).out).toMatch(/^due {2}/);
    expect(await tasks('retry', '--all')).toEqual({
      code: 0,
      out: 'There is nothing to try again.\n',
      err: '',
    });
  });

  test('takes the first version of the policies, and only one that is on the branch', async () => {
    givenTheApp();
    const tip = (await world.git('rev-parse', 'main')).trim();
    const adopt = (sha: string) => run(adoptCommand(), sha, '--data', folder);
    expect(await adopt('main')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no full commit SHA'),
    });
    expect(await adopt('0'.repeat(40))).toMatchObject({
      code: 2,
      err: expect.stringContaining('are the names and SHAs right'),
    });
    expect(await adopt(tip)).toEqual({ code: 0, out: `The policies of ${tip} are in force.\n`, err: '' });
  });

  test('agrees with its records, or exits 1', async () => {
    givenTheApp();
    const verify = () => run(auditCommand(), 'verify', '--data', folder);
    const whole = await verify();
    expect(whole.code).toBe(0);
    expect(whole.out).toMatch(
      /^acme\/access: 1 events, anchored up to 0; 1 not yet\.\n {2}Every row that has a record is found/,
    );

    const database = await openDatabase({ dataDir: folder });
    const event = await appendEvent(
      database.db,
      sampleEvent({ repositoryId: world.repository.id, grantId: null }),
    );
    await setRecord(database.db, event.seq, { path: 'records/gone.json', commit: 'c'.repeat(40) });
    await database.close();
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toContain(
      `  #${event.seq}  records/gone.json: the record is gone from git, or the row was edited\n`,
    );
  });

  test('shows what is held back, and ends it on a word', async () => {
    givenTheApp();
    const database = await openDatabase({ dataDir: folder });
    await holdBack(database.db, 41, 'returned', await liveGrants(database.db));
    await database.close();
    const removals = (...args: string[]) => run(removalsCommand(), ...args, '--data', folder);
    expect((await removals()).out).toBe(
      '41  was taken out  mona  read-only on orders-db  until 2026-11-23T13:00:00Z  #7\n',
    );
    expect(await removals('confirm', 'all')).toMatchObject({ code: 2 });
    expect(await removals('confirm', '40')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Nothing is held back under 40/),
    });
    expect(await removals('confirm', '41')).toEqual({ code: 0, out: 'Taken back now: 1 grant.\n', err: '' });
    expect((await removals('--json')).out).toBe('[]\n');
  });

  test('is of no use without GitHub: what it answers is told', async () => {
    givenTheApp({ APP_ID: '1' });
    const { code, err } = await run(auditCommand(), 'verify', '--data', folder);
    expect(code).toBe(2);
    expect(err).toMatch(/^GitHub answered 40\d: .*\n.*\bthe App\b/);

    givenTheApp();
    const fault = { kind: 'server-error', status: 502, done: false } as const;
    world.faults({ requests: [{ at: /./, fault }] });
    expect(await run(auditCommand(), 'verify', '--data', folder)).toMatchObject({
      code: 2,
      err: 'GitHub answered 502. It may pass: try again in a minute.',
    });

    givenTheApp({ GITHUB_API_URL: 'http://127.0.0.1:1' });
    expect(await run(auditCommand(), 'verify', '--data', folder)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^GitHub can't be reached: .*\n.*GITHUB_API_URL/),
    });
  });
});
