import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { sandboxCommand } from '../../src/cli/sandbox.ts';
import { countersign, run } from './run.ts';

interface Ready {
  readonly url: string;
  readonly repository: string;
  readonly people: readonly { readonly login: string; readonly token: string }[];
  readonly app: { readonly privateKeyFile: string };
}

test('sandbox --json says one line when it is ready, answers, and stops on SIGTERM', async () => {
  const { child, ended } = countersign(['sandbox', '--json']);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ready = JSON.parse(line.toString()) as Ready;
  const { url, repository, people, app } = ready;
  expect(Object.keys(ready)).toEqual(['url', 'organization', 'repository', 'people', 'app']);
  expect(Object.keys(app)).toEqual(['id', 'privateKeyFile', 'webhookSecret', 'installationId']);
  const mona = people.find(({ login }) => login === 'mona');
  const answer = await fetch(`${url}/repos/${repository}`, {
    headers: { authorization: `token ${mona?.token}` },
  });
  expect(await answer.json()).toMatchObject({ full_name: 'acme/access', default_branch: 'main' });
  expect(await readFile(app.privateKeyFile, 'utf8')).toMatch(/^-----BEGIN (?:RSA )?PRIVATE KEY-----/);

  child.kill('SIGTERM');
  const { code, out, err } = await ended;
  expect([code, out.trimEnd().split('\n').length, err]).toEqual([0, 1, '']);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  await rm(dirname(app.privateKeyFile), { recursive: true, force: true });
});

test.each(['http', '-1', '65536', '1.5'])('--port %s is refused', async (port) => {
  const { code, err } = await run(sandboxCommand(), `--port=${port}`);
  expect([code, err]).toEqual([2, `--port ${port} is no port number (0 to 65535).`]);
});
