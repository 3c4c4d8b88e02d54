import { setTimeout } from 'node:timers/promises';
import { connectToServer } from '../../src/connectors/postgres/sql-client.ts';
import { postgresConnector } from '../../src/connectors/postgres/postgres-connector.ts';
import type { Scale } from '../command.ts';
import { figure, type Figure } from '../figure.ts';
import { latencyOf, percentile, timed, type Rounds } from '../latency.ts';
import { inSequence, now, type Call } from './github-gate.ts';
import { lagsOf, overBy } from './grants.ts';
import { onServer } from './server.ts';
import { openStage, type Stage } from './stage.ts';

/** One thing that was waited for. */
interface Sample {
  readonly took: number;
  readonly calls: readonly Call[];
}

const delays = [0, 50];
/** What the app may take beyond what it waits for: half as much, and this many milliseconds. */
const margin = 100;
/** For how long the app is asked for nothing while it is measured, in milliseconds: whether it has settled costs it three queries each time. */
const undisturbed = (delay: number) => 400 + 10 * delay;
/** Long enough for all that follows an end, in milliseconds. */
const pauseBetweenEnds = 1200;

/** What somebody waits for in the life of a request, each step beside the calls on its critical path. */
export async function lifeFigures(scale: Scale): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const delay of scale.small ? [0] : delays) figures.push(...(await oneDelay(scale, delay)));
  return figures;
}

async function oneDelay({ small, tell }: Scale, delay: number): Promise<Figure[]> {
  const rounds = small ? { warmUp: 0, counted: 1 } : { warmUp: 5, counted: 40 };
  const count = rounds.warmUp + rounds.counted;
  const when = `GitHub after ${delay} ms`;
  return onServer(async (server) => {
    const stage = await openStage(server, { askers: count, delay });
    try {
      const [checked, granted]: [Sample[], Sample[]] = [[], []];
      for (let nth = 0; nth < count; nth += 1) {
        const one = await oneRequest(stage, stage.asker(nth), undisturbed(delay));
        if (nth < rounds.warmUp) continue;
        checked.push(one.checked);
        granted.push(one.granted);
        if (nth % 10 === 9) tell(`${when}: request ${nth + 1} of ${count}`);
      }
      const connector = await connectorTimes(stage, small ? 2 : 50);
      tell(`${when}: expiry`);
      const revoked = await expiries(stage, rounds);
      return [
        ...stepFigures(`opened → both checks, ${when}`, checked, 0),
        ...stepFigures(`merged → granted, ${when}`, granted, connector.given),
        ...lagFigures(`end → revoked, ${when}`, revoked, connector.taken),
      ];
    } finally {
      await stage.close();
    }
  });
}

/** One request, until it is granted; it goes on to its end by itself. */
async function oneRequest(
  stage: Stage,
  who: string,
  pause: number,
): Promise<{ checked: Sample; granted: Sample }> {
  const { world, gate, database } = stage;
  await stage.settled();
  gate.take();
  const { number } = await stage.asks(who, 'duration: 8h');
  const opened = now();
  await setTimeout(pause);
  await stage.settled();
  const checked = until(opened, gate.take(), bothChecksStand);
  await world.person('ada').approves(number);
  await stage.settled();
  gate.take();
  const merging = now();
  const { status, data } = await world.person(who).merges(number);
  if (status !== 200) throw new Error(`it was not merged: ${JSON.stringify(data)}`);
  const merged = now();
  await setTimeout(pause);
  await stage.settled();
  const grant = await database.db
    .selectFrom('grants')
    .select('grantedAt')
    .where('pull', '=', number)
    .executeTakeFirst();
  const grantedAt = grant?.grantedAt?.getTime();
  if (grantedAt === undefined) throw new Error(`#${number} was not granted`);
  const calls = gate.take().filter(({ begun, ended }) => begun >= merging && ended <= grantedAt);
  return { checked, granted: { took: grantedAt - merged, calls } };
}

/** From an instant to the last of the calls that fulfil it. */
function until(begun: number, calls: readonly Call[], last: (calls: readonly Call[]) => Call): Sample {
  const { ended } = last(calls);
  return { took: ended - begun, calls: calls.filter((call) => call.ended <= ended) };
}

/** Both are published in one call. */
function bothChecksStand(calls: readonly Call[]): Call {
  const published = calls.find(
    ({ label, body }) =>
      label === 'mutation createCheckRun' &&
      ['access/policy', 'access/approval'].every((name) => body.includes(`"${name}"`)),
  );
  if (!published) throw new Error('the two checks were not published');
  return published;
}

function stepFigures(measure: string, samples: readonly Sample[], connector: number): Figure[] {
  const took = latencyOf(samples.map((sample) => sample.took));
  const sequence = percentile(
    samples.map(({ calls }) => inSequence(calls)),
    50,
  );
  const each = percentile(
    samples.flatMap(({ calls }) => calls.map(({ begun, ended }) => ended - begun)),
    50,
  );
  const floor = {
    what: `${sequence} calls of ${each.toFixed(1)} ms one after the other${connector > 0 ? ' and the connector' : ''}`,
    value: sequence * each + connector,
  };
  return [
    figure('pipeline', `${measure}, p50`, took.p50, 'ms', { floor }),
    figure('pipeline', `${measure}, p99`, took.p99, 'ms', { floor, goal: 1.5 * floor.value + margin }),
  ];
}

/** What the connector takes by itself, p50: to look, give and look again, and to look, take back and look again. */
async function connectorTimes({ target }: Stage, rounds: number) {
  const client = connectToServer(target.url);
  const connector = postgresConnector(client, { entitlements: ['orders_*'], end_sessions: true });
  const who = `bench_${target.role}`;
  const entitlement = { role: target.role };
  await client.query(`create role "${who}"`);
  const [given, taken]: [number[], number[]] = [[], []];
  for (let nth = 0; nth < rounds; nth += 1) {
    given.push(
      await timed(async () => {
        await connector.observe(entitlement);
        await connector.grant(entitlement, who, 0);
        await connector.observe(entitlement);
      }),
    );
    taken.push(
      await timed(async () => {
        await connector.observe(entitlement);
        await connector.revoke(entitlement, who);
        await connector.observe(entitlement);
      }),
    );
  }
  await client.query(`drop role "${who}"`);
  await connector.close();
  return { given: percentile(given, 50), taken: percentile(taken, 50) };
}

/**
 * Gives the grants ends one after the other, each when the one before has long been over, and tells the app by starting it anew. How long
 * after its end each was seen to be gone.
 */
async function expiries(stage: Stage, { warmUp, counted }: Rounds): Promise<number[]> {
  const { database, app } = stage;
  const begin = Date.now() + 5000;
  await database.run(
    `update grants set expires_at = ends.at
       from (select id, to_timestamp($1 / 1000.0) + row_number() over () * $2 * interval '1 ms' as at
               from grants where state = 'active') ends
      where grants.id = ends.id`,
    [begin, pauseBetweenEnds],
  );
  app.process.kill();
  await stage.settled();
  await overBy(database, begin + (warmUp + counted + 1) * pauseBetweenEnds);
  return (await lagsOf(database)).slice(warmUp);
}

function lagFigures(measure: string, lags: readonly number[], connector: number): Figure[] {
  const { p50, p99 } = latencyOf(lags);
  const floor = { what: 'the connector', value: connector };
  return [
    figure('pipeline', `${measure}, p50`, p50, 'ms', { floor }),
    figure('pipeline', `${measure}, p99`, p99, 'ms', { floor, goal: 1.5 * floor.value + margin }),
  ];
}
