import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { storyClock } from '../../src/cli/demo/story-clock.ts';
import { sandboxCommand } from '../../src/cli/sandbox.ts';
import { requestsFile } from '../../src/cli/stage/organization.ts';
import { setStage } from '../../src/cli/stage/stage.ts';
import { newcomersPage } from '../../src/cli/try/newcomers-page.ts';
import { watch } from '../../src/cli/try/watch.ts';
import { tryCommand } from '../../src/cli/try.ts';
import { run } from './run.ts';

test('what happens is told as it happens, and who holds what as the database itself has it', async () => {
  const clock = storyClock('2026-11-23T09:00:00Z');
  const stage = await setStage({ clock, log: pino({ level: 'silent' }) });
  const told: string[] = [];
  try {
    const { world } = stage;
    const page = newcomersPage(stage);
    expect(page).toContain(
      `git clone -c user.name=mona -c user.email=${world.person('mona').id}+mona@users.noreply.github.com http://mona:ghp_`,
    );
    expect(page).toContain(`the policies of ${stage.adopted.slice(0, 7)}: adopted just now`);

    const watching = watch(stage, (line) =>
      told.push(stripVTControlCharacters(line).replace(/^[\d:]{8} +/, '')),
    );
    const reason = 'INC-4312: stuck orders';
    const pull = await world.person('mona').opensPullRequest({
      title: 'Read \u001B]0;orders\u0007',
      branch: 'mona/orders-db',
      files: { 'access-requests.yaml': requestsFile({ user: 'mona', duration: '2m', reason }) },
    });
    await stage.settled();
    await world.person('ada').approves(pull.number);
    await stage.settled();
    await world.person('mona').merges(pull.number);
    await stage.settled();
    await expect.poll(() => told.join('\n'), { timeout: 30_000 }).toContain('asked as mona');
    clock.advanceTo(clock.now() + 2 * 60_000);
    await stage.settled();
    await watching.stop();
  } finally {
    await stage.close();
  }
  const expected = [
    /^Countersign: The policies of [0-9a-f]{7} are in force$/,
    /^mona opens #1: Read \]0;orders$/,
    /^✓ access\/policy: mona would get read-only on orders-db for 2m$/,
    /^● access\/approval: Waiting for @acme\/data-owners$/,
    /^ada reviews #1: approved$/,
    /^✓ access\/approval: Approved by @ada$/,
    /^mona merges #1$/,
    /^Countersign: mona was given read-only on orders-db until 2026-11-23T09:0\d:\d\dZ$/,
    /^orders-db: mona now holds orders_reader$/,
    /^orders-db: select .+, asked as mona: ✓ 4312 stuck, 4313 paid$/,
    /^Countersign: mona lost read-only on orders-db$/,
    /^countersign\[bot\] opens #2: /,
    /^countersign\[bot\] merges #2$/,
  ];
  for (const line of expected) expect(told).toContainEqual(expect.stringMatching(line));
  expect(told).toContain('orders-db: mona no longer holds orders_reader');
  expect(told.filter((line) => line.includes('permission denied for table orders'))).toHaveLength(1);
}, 120_000);

test.each([
  ['try', tryCommand],
  ['sandbox', sandboxCommand],
])('%s says what to do about a port that is in use', async (_, command) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as AddressInfo;
  const { code, err } = await run(command(), `--port=${port}`);
  holder.close();
  expect([code, err]).toEqual([
    2,
    `Port ${port} is in use: stop what listens there, or name another with --port (0 takes a free one).`,
  ]);
});

test('try takes no folder that holds a database of before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'try-'));
  mkdirSync(join(folder, 'postgresql'));
  const { code, err } = await run(tryCommand(), '--data', folder);
  rmSync(folder, { recursive: true });
  expect([code, err]).toEqual([
    2,
    `There is a database in ${folder} already, of a GitHub that is gone: name a new folder with --data.`,
  ]);
});
