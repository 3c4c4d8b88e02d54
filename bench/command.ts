import { Argument, Command } from 'commander';
import { tableOf, type Figure } from './figure.ts';

/** Something measured; it runs for seconds, never minutes. */
export interface Bench {
  name: string;
  /** One line for the help. */
  about: string;
  run(): Promise<Figure[]>;
}

/** `npm run bench`. A missed goal is a finding and no failure. */
export function benchCommand(benches: readonly Bench[], write: (text: string) => void): Command {
  const names = benches.map(({ name }) => name);
  return new Command('npm run bench --')
    .description('measures this project on this machine, each figure beside its floor')
    .addArgument(new Argument('[names...]', 'what to measure; everything unless named').choices(names))
    .option('--json', 'print an array of figures')
    .addHelpText(
      'after',
      `
Benches:
${benches.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}

Examples:
  npm run bench -- sandbox
  npm run --silent bench -- sandbox --json`,
    )
    .action(async (wanted: string[], { json }: { json?: true }) => {
      const figures: Figure[] = [];
      for (const bench of benches)
        if (wanted.length === 0 || wanted.includes(bench.name)) figures.push(...(await bench.run()));
      write(json ? `${JSON.stringify(figures, null, 2)}\n` : tableOf(figures));
    });
}
