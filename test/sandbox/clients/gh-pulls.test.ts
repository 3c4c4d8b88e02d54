import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repo, stage, type Stage } from '../world.ts';

const run = promisify(execFile);
let it: Stage;
let folder: string;
let socket: Server;
beforeAll(async () => {
  [it, folder] = await Promise.all([stage(), mkdtemp(join(tmpdir(), 'countersign-gh-'))]);
  // gh speaks plain HTTP where it is given a socket, whatever the host.
  const { port } = new URL(it.url);
  socket = createServer((client) => {
    const server = connect(Number(port), '127.0.0.1');
    client.pipe(server).pipe(client);
    for (const end of [client, server]) end.on('error', () => client.destroy());
  });
  const path = join(folder, 'gh.sock');
  await new Promise<void>((resolve) => socket.listen(path, resolve));
  await writeFile(join(folder, 'config.yml'), `http_unix_socket: ${path}\n`);
});
afterAll(async () => {
  socket.close();
  await it.close();
  await rm(folder, { recursive: true });
});

async function gh(login: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('gh', args, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GH_CONFIG_DIR: folder,
      GH_TOKEN: it.world.person(login).token,
      GH_REPO: 'acme/access',
      GH_NO_UPDATE_NOTIFIER: '1',
      GH_PROMPT_DISABLED: '1',
    },
  });
  return stdout;
}

const installed = isInstalled();
if (!installed) console.warn("gh, GitHub's command line, is not installed: its session is skipped");

test.skipIf(!installed)('gh asks the REST API and GraphQL', async () => {
  expect(await gh('mona', 'api', 'user', '--jq', '.login')).toBe('mona\n');
  const query = 'query={viewer{login}}';
  expect(await gh('mona', 'api', 'graphql', '-f', query, '--jq', '.data.viewer.login')).toBe('mona\n');
  await expect(gh('eve', 'api', 'repos/acme/access')).rejects.toThrow('Not Found (HTTP 404)');
});

test.skipIf(!installed)('gh lists, shows, edits, approves, checks and merges a pull request', async () => {
  const pull = await it.world
    .person('mona')
    .opensPullRequest({ title: 'Ask', branch: 'ask', files: { a: 'a\n' }, draft: true });
  const checkRun = {
    name: 'ci',
    head_sha: pull.head.sha,
    status: 'completed',
    conclusion: 'success',
  } as const;
  await it.app.checks.create({ ...repo, ...checkRun });
  expect(await gh('mona', 'pr', 'list')).toMatch(/^1\tAsk\task\tDRAFT\t/);
  await gh('mona', 'pr', 'ready', '1');
  await gh('mona', 'pr', 'edit', '1', '--title', 'Ask nicely');
  await gh('nick', 'pr', 'comment', '1', '--body', 'Why?');
  expect(await gh('mona', 'pr', 'view', '1')).toContain('title:\tAsk nicely\nstate:\tOPEN\nauthor:\tmona\n');
  expect(await gh('mona', 'pr', 'view', '1', '--comments')).toContain('Why?');
  expect(await gh('mona', 'pr', 'checks', '1')).toContain('ci\tpass');
  expect(await gh('mona', 'pr', 'diff', '1')).toContain('+++ b/a\n@@ -0,0 +1 @@\n+a');
  await gh('lead', 'pr', 'review', '1', '--approve');
  await gh('mona', 'pr', 'close', '1');
  await gh('mona', 'pr', 'reopen', '1');
  await gh('mona', 'pr', 'merge', '1', '--squash');
  expect(JSON.parse(await gh('mona', 'pr', 'view', '1', '--json', 'state,reviews,mergedBy'))).toMatchObject({
    state: 'MERGED',
    mergedBy: { login: 'mona' },
    reviews: [{ author: { login: 'lead' }, state: 'APPROVED' }],
  });
});

function isInstalled(): boolean {
  try {
    execFileSync('gh', ['--version']);
    return true;
  } catch {
    return false;
  }
}
