import type { Outcome } from './matrix.ts';
import type { PointKind, Side } from './trap.ts';

const kinds: readonly [PointKind, string][] = [
  ['github', 'call to GitHub'],
  ['connector', 'call to the target'],
  ['commit', 'commit'],
];
const sides: readonly Side[] = ['before', 'after'];

/** How many places of each kind and side ended the same. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = kinds.flatMap(([kind, name]) =>
    sides.map((side) => {
      const here = outcomes.filter(({ place }) => place.kind === kind && place.side === side);
      const same = here.filter(({ differences }) => differences.length === 0).length;
      return `| ${side} a ${name} | ${here.length} | ${same} |`;
    }),
  );
  const seconds = outcomes.map((outcome) => outcome.seconds).toSorted((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
  return [
    '| killed | places | the same |',
    '|---|---|---|',
    ...rows,
    '',
    `A place took ${median.toFixed(1)} s (median).`,
  ].join('\n');
}
