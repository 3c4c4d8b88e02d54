import { figure, type Figure } from '../figure.ts';
import { timedBeside, type Rounds } from '../latency.ts';
import { bareServer } from './bare-server.ts';
import { repository, requests, stage } from './world.ts';

const ROUNDS: Rounds = { warmUp: 100, counted: 500 };

interface Call {
  name: string;
  method: 'GET' | 'POST';
  path: string;
  body?: object;
}

/** What typical calls take, each beside a bare server that answers the same bytes at once. */
export async function callFigures(): Promise<Figure[]> {
  const { url, world, token, close } = await stage();
  const pull = await world
    .person('mona')
    .opensPullRequest({ title: 'Ask', branch: 'ask', files: { [requests]: 'requests: [one]\n' } });
  const calls: Call[] = [
    { name: 'GET a pull request', method: 'GET', path: `${repository}/pulls/${pull.number}` },
    { name: 'GET a tree of 52 entries', method: 'GET', path: `${repository}/git/trees/main?recursive=1` },
    {
      name: 'POST a check run',
      method: 'POST',
      path: `${repository}/check-runs`,
      body: { name: 'access/policy', head_sha: pull.head.sha, conclusion: 'success' },
    },
  ];
  const headers = { authorization: `token ${token}` };
  const figures: Figure[] = [];
  for (const { name, method, path, body } of calls) {
    const ask = async (base: string) => {
      const response = await fetch(`${base}${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}`);
      return response.text();
    };
    const bare = await bareServer(() => Promise.resolve(answer));
    const answer = await ask(url);
    const { work, floor } = await timedBeside(
      () => ask(url),
      () => ask(bare.url),
      ROUNDS,
    );
    await bare.close();
    const beside = (share: 'p50' | 'p99') =>
      figure('sandbox', `${name}, ${share}`, work[share], 'ms', {
        floor: { what: 'a bare server with the same bytes', value: floor[share] },
      });
    figures.push(beside('p50'), beside('p99'));
  }
  await close();
  return figures;
}
