import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Scale } from '../command.ts';
import { figure, type Figure } from '../figure.ts';
import { latencyOf } from '../latency.ts';
import { inventedIdentity, startBenchApp } from './app.ts';
import { deliver, signedBodies, type Answered } from './deliveries.ts';
import type { FloorServer } from './floor-server.ts';
import { onServer } from './server.ts';
import { silentGitHub } from './silent-github.ts';

/** The least share of the floor's deliveries a second. */
const share = 0.8;
const lanes = 32;
const repositoryId = 1;

/** How many webhooks are taken in a second, and how soon each is answered, beside the least that a receiver does. */
export async function intakeFigures({ small, tell }: Scale): Promise<Figure[]> {
  const [rounds, duration] = small ? [1, 200] : [8, 2000];
  return onServer(async ({ server, databaseUrl }) => {
    const identity = inventedIdentity();
    const github = await silentGitHub();
    const floor = await startFloor(databaseUrl, identity.webhookSecret);
    const app = await startBenchApp({
      identity,
      repositoryId,
      databaseUrl,
      targetUrl: server.url,
      githubUrl: github.url,
    });
    try {
      const bodies = signedBodies(repositoryId, identity.webhookSecret);
      const url = `${app.url}/api/github/webhooks`;
      const load = { lanes, duration };
      if (!small) {
        await deliver(url, bodies, load);
        await deliver(floor.url, bodies, load);
      }
      const [ours, theirs]: [Answered[], Answered[]] = [[], []];
      for (let round = 1; round <= rounds; round += 1) {
        ours.push(await deliver(url, bodies, load));
        theirs.push(await deliver(floor.url, bodies, load));
        tell(
          `round ${round} of ${rounds}: ${Math.round(rateOf(ours))} beside ${Math.round(rateOf(theirs))} a second`,
        );
      }
      const p99 = (answered: readonly Answered[]) => latencyOf(answered.flatMap(({ each }) => each)).p99;
      const what = 'HTTP + HMAC + INSERT';
      return [
        figure('pipeline', `webhooks taken in, ${lanes} at once`, rateOf(ours), 'per second', {
          floor: { what, value: rateOf(theirs) },
          least: share * rateOf(theirs),
        }),
        figure('pipeline', 'their answers, p99', p99(ours), 'ms', {
          floor: { what, value: p99(theirs) },
          goal: p99(theirs) / share,
        }),
      ];
    } finally {
      await github.close();
      await app.stop();
      floor.stop();
    }
  });
}

function rateOf(answered: readonly Answered[]): number {
  const count = answered.reduce((sum, { each }) => sum + each.length, 0);
  return (count / answered.reduce((sum, { together }) => sum + together, 0)) * 1000;
}

async function startFloor(databaseUrl: string, secret: string): Promise<FloorServer & { stop(): void }> {
  const child = fork(fileURLToPath(new URL('floor-server.ts', import.meta.url)), [databaseUrl, secret]);
  const [{ url }] = (await once(child, 'message')) as [FloorServer];
  return { url, stop: () => void child.kill() };
}
