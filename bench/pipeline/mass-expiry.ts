import { connectToServer } from '../../src/connectors/postgres/sql-client.ts';
import { postgresConnector } from '../../src/connectors/postgres/postgres-connector.ts';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import type { Scale } from '../command.ts';
import { figure, type Figure } from '../figure.ts';
import { latencyOf, timed } from '../latency.ts';
import { inventedIdentity, startBenchApp } from './app.ts';
import { lagsOf, overBy, plantGrants } from './grants.ts';
import { onServer } from './server.ts';
import { silentGitHub } from './silent-github.ts';

/** What the app may take beyond the connector's own time, in milliseconds. */
const margin = 2000;
/** The app looks for this many tasks at once. */
const lanes = 4;
const repositoryId = 1;

/**
 * Grants that all end within one second: how long after its end each was seen to be gone, beside the connector alone, which takes as many
 * back. GitHub answers nothing, so no pull request follows.
 */
export async function massExpiryFigures({ small, tell }: Scale): Promise<Figure[]> {
  const side = small ? 5 : 100;
  const count = side * side;
  return onServer(async ({ server, databaseUrl, suffix }) => {
    const admin = await openDatabase({ url: server.url });
    const database = await openDatabase({ url: databaseUrl });
    const members = await makeMembers(admin, suffix, side);
    const github = await silentGitHub({ answers: true });
    try {
      await members.give();
      tell(`the connector takes back ${count} by itself`);
      const alone = await timed(() => takenByConnector(server.url, members));
      await members.give();
      const end = Date.now() + (small ? 3000 : 8000);
      await plantGrants(database, {
        repositoryId,
        count,
        roles: members.roles,
        identity: `'person_${suffix}_' || n / ${side}`,
        expiresAt: `to_timestamp(${end} / 1000.0) + n * interval '1 second' / ${count}`,
        name: 'many-',
      });
      const app = await startBenchApp({
        identity: inventedIdentity(),
        repositoryId,
        databaseUrl,
        targetUrl: server.url,
        githubUrl: github.url,
      });
      if (Date.now() > end) throw new Error('the app was not ready when the first of them ended');
      try {
        await overBy(database, end + 1000);
        tell('all are taken back');
      } finally {
        await app.stop();
      }
      const { p50, p99 } = latencyOf(await lagsOf(database));
      const floor = { what: 'the connector alone, for all', value: alone };
      const measure = `end → revoked, ${count} that end in one second`;
      return [
        figure('pipeline', `${measure}, p50`, p50, 'ms', { floor }),
        figure('pipeline', `${measure}, p99`, p99, 'ms', { floor, goal: alone + margin }),
      ];
    } finally {
      await github.close();
      await members.drop();
      await database.close();
      await admin.close();
    }
  });
}

interface Members {
  readonly roles: readonly string[];
  readonly people: readonly string[];
  /** Makes each of the people a member of each of the roles. */
  give(): Promise<void>;
  drop(): Promise<void>;
}

async function makeMembers(admin: Database, suffix: string, side: number): Promise<Members> {
  const named = (kind: string) => Array.from({ length: side }, (_, nth) => `${kind}_${suffix}_${nth}`);
  const [roles, people] = [named('orders'), named('person')];
  await admin.run([...roles, ...people].map((name) => `create role ${name}`).join('; '));
  return {
    roles,
    people,
    give: async () => void (await admin.run(`grant ${roles.join(', ')} to ${people.join(', ')}`)),
    drop: async () => void (await admin.run(`drop role ${[...roles, ...people].join(', ')}`)),
  };
}

/** What the app's tasks ask of it: to look, take back and look again, for one after the other. */
async function takenByConnector(url: string, { roles, people }: Members): Promise<void> {
  const connector = postgresConnector(connectToServer(url), {
    entitlements: ['orders_*'],
    end_sessions: true,
  });
  const all = people.flatMap((person) => roles.map((role) => ({ person, role }))).values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const { person, role } of all) {
        await connector.observe({ role });
        await connector.revoke({ role }, person);
        if ((await connector.observe({ role })).has(person)) throw new Error(`${person} still has ${role}`);
      }
    }),
  );
  await connector.close();
}
