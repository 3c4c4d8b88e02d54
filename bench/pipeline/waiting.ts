import { openDatabase } from '../../src/database/connect.ts';
import type { Scale } from '../command.ts';
import { figure, type Figure } from '../figure.ts';
import { latencyOf, percentile, type Latency } from '../latency.ts';
import { inventedIdentity, startBenchApp, type AppSetting } from './app.ts';
import { lagsOf, overBy, plantGrants } from './grants.ts';
import { onServer, type BenchServer } from './server.ts';
import { silentGitHub } from './silent-github.ts';
import { makeTarget } from './target.ts';

const [few, many] = [1000, 1_000_000];
/** What counts as the same: half as much again, and this many milliseconds. */
const margin = 100;
/** Between two ends, in milliseconds. */
const pause = 250;

interface Found {
  /** Milliseconds from the start of the process until it is ready. */
  readonly start: number;
  /** From the end of a grant until it was seen to be gone. */
  readonly lag: Latency;
}

/** What a million grants that wait for their end change for the start of the app, and for one that ends meanwhile. */
export async function waitingFigures(scale: Scale): Promise<Figure[]> {
  const counts = scale.small ? ([10, 100] as const) : ([few, many] as const);
  const [beside, found] = [await withWaiting(scale, counts[0]), await withWaiting(scale, counts[1])];
  const measured = (measure: string, value: number, like: number) =>
    figure('pipeline', `${measure}, ${counts[1]} grants waiting`, value, 'ms', {
      floor: { what: `${counts[0]} waiting`, value: like },
      goal: 1.5 * like + margin,
    });
  return [
    measured('start until ready, p50', found.start, beside.start),
    measured('end → revoked, p50', found.lag.p50, beside.lag.p50),
    measured('end → revoked, p99', found.lag.p99, beside.lag.p99),
  ];
}

async function withWaiting({ small, tell }: Scale, count: number): Promise<Found> {
  const [starts, ends] = small ? [1, 2] : [5, 60];
  return onServer(async (bench) => {
    const { server, databaseUrl, suffix } = bench;
    const database = await openDatabase({ url: databaseUrl });
    const target = await makeTarget(server, suffix, []);
    const github = await silentGitHub({ answers: true });
    try {
      const planted = { repositoryId: 1, roles: [target.role] };
      tell(`plants ${count} grants`);
      await plantGrants(database, {
        ...planted,
        count,
        identity: `'waiting-' || n`,
        expiresAt: `now() + interval '1 day' + n * interval '1 second'`,
        name: 'waiting-',
      });
      const setting = settingOf(bench, github.url);
      const took: number[] = [];
      for (let nth = 0; nth < starts; nth += 1) took.push(await startsIn(setting));
      const begin = Date.now() + 5000;
      await plantGrants(database, {
        ...planted,
        count: ends,
        identity: `'ending-' || n`,
        expiresAt: `to_timestamp(${begin} / 1000.0) + n * interval '${pause} ms'`,
        name: 'ending-',
      });
      const app = await startBenchApp(setting);
      try {
        await overBy(database, begin + ends * pause);
      } finally {
        await app.stop();
      }
      return { start: percentile(took, 50), lag: latencyOf(await lagsOf(database)) };
    } finally {
      await github.close();
      await target.drop();
      await database.close();
    }
  });
}

function settingOf({ server, databaseUrl }: BenchServer, githubUrl: string): AppSetting {
  return {
    identity: inventedIdentity(),
    repositoryId: 1,
    databaseUrl,
    targetUrl: server.url,
    githubUrl,
  };
}

async function startsIn(setting: AppSetting): Promise<number> {
  const app = await startBenchApp(setting);
  await app.stop();
  return app.started;
}
