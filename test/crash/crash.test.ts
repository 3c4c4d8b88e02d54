import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { embeddedDatabases, serverDatabases, type Databases } from '../../crash/database.ts';
import { expiry } from '../../crash/life.ts';
import { compare, play, type Run } from '../../crash/matrix.ts';
import { howToGetOne, openPostgres, type PostgresServer } from '../../crash/postgres-server.ts';
import type { Scene } from '../../crash/ground.ts';
import { databaseTarget, teamTarget } from '../../crash/target.ts';
import type { Place } from '../../crash/trap.ts';

// Lives of several processes: some seconds, and many on a machine that has much else to do.
vi.setConfig({ testTimeout: 180_000 });

let server: PostgresServer | null;
let onServer: Databases | undefined;
let embedded: Databases;
beforeAll(async () => {
  server = await openPostgres();
  if (server) onServer = await serverDatabases(server);
  embedded = await embeddedDatabases(template());
});
afterAll(async () => {
  await onServer?.close();
  await server?.close();
  await embedded.close();
});

/** Setting an embedded database up takes some seconds, and is done once. */
function template(): string {
  const folder = fileURLToPath(new URL('../../node_modules/.cache/countersign/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const migrations = readdirSync(new URL('../../src/database/migrations/', import.meta.url));
  return `${folder}crash-${migrations.length}`;
}

/** How a life with the app killed at some places, once at each, ends otherwise than an undisturbed one. */
async function differences(undisturbed: Run, scene: Scene, places: readonly Place[]): Promise<string[]> {
  const { lines, left, trouble } = await play(scene, expiry, places);
  return [
    ...[undisturbed.trouble ?? [], trouble ?? []].flat(),
    ...left.map(({ label }) => `the app never came to ${label}`),
    ...compare(undisturbed.lines, lines),
  ];
}

// `npm run crash` kills it at many more places, at one in each life.
test.concurrent('killed at four places, the app ends the same on a database server', async ({ skip }) => {
  if (!server || !onServer) return skip(howToGetOne);
  const scene: Scene = { databases: onServer, kind: 'database', openTarget: databaseTarget(server) };
  const undisturbed = await play(scene, expiry, []);
  const commitOf = (table: string) => {
    const found = undisturbed.points.find(({ kind, label }) => kind === 'commit' && label.includes(table));
    return found ?? { kind: 'commit' as const, label: table, nth: 1 };
  };
  const places: Place[] = [
    { ...commitOf('deliveries'), side: 'after' },
    { kind: 'connector', label: 'GRANT', nth: 1, side: 'after' },
    { ...commitOf('reverts'), side: 'before' },
    { kind: 'github', label: 'PUT …/pulls/N/merge', nth: 1, side: 'after' },
  ];
  expect(await differences(undisturbed, scene, places)).toEqual([]);
});

test.concurrent('killed at four places, the app ends the same on an embedded database', async () => {
  const scene: Scene = { databases: embedded, kind: 'team', openTarget: teamTarget };
  // Where there is a server, that is sooner done, and is to end the same.
  const undisturbed = await play({ ...scene, databases: onServer ?? embedded }, expiry, []);
  const proposal = 'mutation createRef, createCommitOnBranch, createPullRequest';
  const membership = 'PUT /orgs/acme/teams/prod-deployers/memberships/mona';
  const places: Place[] = [
    { kind: 'github', label: 'mutation createCheckRun', nth: 1, side: 'after' },
    { kind: 'connector', label: membership, nth: 1, side: 'before' },
    { kind: 'github', label: proposal, nth: 1, side: 'after' },
    { kind: 'github', label: 'DELETE …/git/refs/heads/countersign/revert-N', nth: 1, side: 'before' },
  ];
  expect(await differences(undisturbed, scene, places)).toEqual([]);
});
