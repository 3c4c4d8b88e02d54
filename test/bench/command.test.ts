import type { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { benchCommand } from '../../bench/command.ts';
import { figure } from '../../bench/figure.ts';

const bench = (name: string) => ({
  name,
  about: `measures ${name}`,
  parts: [{ name: 'starts', run: () => Promise.resolve([figure(name, 'start', 120, 'ms', { goal: 100 })]) }],
});

async function run(...args: string[]): Promise<string> {
  let out = '';
  const command = benchCommand([bench('sandbox'), bench('policies')], (text) => (out += text));
  command.exitOverride().configureOutput({ writeOut: (text) => (out += text), writeErr: () => undefined });
  await command.parseAsync(args, { from: 'user' }).catch((error: CommanderError) => {
    if (error.exitCode !== 0) throw error; // help ends with 0
  });
  return out;
}

test('a named bench runs alone, without a name all of them do', async () => {
  expect(await run('policies')).not.toMatch('sandbox');
  expect(await run()).toMatch(/sandbox .*\npolicies /);
});

test('--json prints an array, and a missed goal is no failure', async () => {
  expect(JSON.parse(await run('sandbox', '--json'))).toEqual([
    {
      bench: 'sandbox',
      measure: 'start',
      value: 120,
      unit: 'ms',
      against: null,
      ratio: null,
      goal: 100,
      bound: 'at most',
      met: false,
    },
  ]);
});

test('--only takes one part, and --small hands on that little is to be done', async () => {
  const seen: unknown[] = [];
  const part = (name: string) => ({
    name,
    run: ({ small }: { small: boolean }) => Promise.resolve((seen.push(name, small), [])),
  });
  const parts = [part('starts'), part('calls')];
  const command = benchCommand([{ name: 'sandbox', about: '', parts }], () => undefined);
  await command.parseAsync(['sandbox', '--only', 'calls', '--small'], { from: 'user' });
  expect(seen).toEqual(['calls', true]);
});

test('a part that none has is refused', async () => {
  await expect(run('--only', 'nonsense')).rejects.toThrow("'nonsense'");
});

test('an unknown name is refused with those that there are', async () => {
  await expect(run('nonsense')).rejects.toThrow(/nonsense.*sandbox, policies/);
});

test('help says what each measures, and how to ask', async () => {
  expect(await run('--help')).toMatch(/policies +measures policies.*Examples:.*bench -- sandbox/s);
});
