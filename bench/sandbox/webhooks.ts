import { figure, type Figure } from '../figure.ts';
import { timedBeside, type Rounds } from '../latency.ts';
import { bareServer } from './bare-server.ts';
import { repository, stage } from './world.ts';

const ROUNDS: Rounds = { warmUp: 50, counted: 300 };

/** What passes from a request to the arrival of its webhook, beside a bare server that sends the same bytes on. */
export async function webhookFigures(): Promise<Figure[]> {
  const { url, world, close } = await stage();
  const mona = world.person('mona');
  const { number } = await mona.opensPullRequest({ title: 'Ask', branch: 'ask', files: { x: 'x' } });
  let arrived: (payload: string) => void = () => undefined;
  const receiver = await bareServer((payload) => {
    arrived(payload);
    return Promise.resolve('ok');
  });
  world.deliverTo(receiver.url);
  const comment = async (base: string): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    arrived = resolve;
    const response = await fetch(`${base}${repository}/issues/${number}/comments`, {
      method: 'POST',
      headers: { authorization: `token ${mona.token}` },
      body: JSON.stringify({ body: 'granted' }),
    });
    await response.text();
    return promise;
  };
  const payload = await comment(url);
  const bare = await bareServer(async () => {
    await fetch(receiver.url, { method: 'POST', body: payload });
    return '{}';
  });
  const { work, floor } = await timedBeside(
    () => comment(url),
    () => comment(bare.url),
    ROUNDS,
  );
  await close();
  await Promise.all([bare.close(), receiver.close()]);
  return (['p50', 'p99'] as const).map((share) =>
    figure('sandbox', `from a comment to its webhook, ${share}`, work[share], 'ms', {
      floor: { what: 'a bare server that sends the same bytes on', value: floor[share] },
    }),
  );
}
