import { Argument, Command } from 'commander';
import { tableOf, type Figure } from './figure.ts';

/** How a part is run. */
export interface Scale {
  /** Just enough to see that it works: the figures mean nothing. */
  readonly small: boolean;
  /** Says how far it has come. */
  readonly tell: (line: string) => void;
}

/** One thing that a bench measures. */
export interface Part {
  readonly name: string;
  run(scale: Scale): Promise<Figure[]>;
}

/** What is measured together. */
export interface Bench {
  readonly name: string;
  /** One line for the help. */
  readonly about: string;
  readonly parts: readonly Part[];
}

interface Options {
  readonly only?: string;
  readonly small?: true;
  readonly json?: true;
}

/** `npm run bench`. A missed goal is a finding and no failure. */
export function benchCommand(
  benches: readonly Bench[],
  write: (text: string) => void,
  tell: (line: string) => void = () => undefined,
): Command {
  const names = benches.map(({ name }) => name);
  return new Command('npm run bench --')
    .description('measures this project on this machine, each figure beside its floor')
    .addArgument(new Argument('[names...]', 'what to measure; everything unless named').choices(names))
    .option('--only <part>', 'of it only this part')
    .option('--small', 'as little as shows that it works: its figures mean nothing')
    .option('--json', 'print an array of figures')
    .addHelpText(
      'after',
      `
Benches, and their parts:
${benches.map(({ name, about, parts }) => `  ${name.padEnd(10)} ${about}\n${' '.repeat(13)}${parts.map((part) => part.name).join(', ')}`).join('\n')}

Examples:
  npm run bench -- sandbox
  npm run bench -- pipeline --only calls
  npm run --silent bench -- sandbox --json`,
    )
    .action(async (wanted: string[], { only, small, json }: Options, command: Command) => {
      const chosen = benches
        .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
        .flatMap((bench) => bench.parts.map((part) => ({ bench, part })))
        .filter(({ part }) => only === undefined || part.name === only);
      if (chosen.length === 0) command.error(`error: none of them has a part '${only}': see --help`);
      const figures: Figure[] = [];
      for (const { bench, part } of chosen) {
        const say = (line: string) => tell(`${bench.name}, ${part.name}: ${line}`);
        say('begins');
        figures.push(...(await part.run({ small: small ?? false, tell: say })));
      }
      write(json ? `${JSON.stringify(figures, null, 2)}\n` : tableOf(figures));
    });
}
