/** One line of what a bench found. */
export interface Figure {
  bench: string;
  /** What was measured, in words. */
  measure: string;
  value: number;
  unit: 'ms' | 'MB' | 'KB' | 'per second' | 'calls';
  /** What it stands beside, in words; null where it stands alone. */
  against: string | null;
  /** `value` over that of `against`: 2 is twice as much. */
  ratio: number | null;
  /** How much it may be, in `unit`; null where nothing is promised. */
  goal: number | null;
  /** Whether the goal is the most that it may be, or the least. */
  bound: 'at most' | 'at least' | null;
  met: boolean | null;
}

/**
 * A figure; `floor` is what it is measured against, taken in the same run, `goal` the most that it may be; or `least`, where it must be that
 * much.
 */
export function figure(
  bench: string,
  measure: string,
  value: number,
  unit: Figure['unit'],
  { floor, goal, least }: { floor?: { what: string; value: number }; goal?: number; least?: number } = {},
): Figure {
  const bound = goal !== undefined ? 'at most' : least !== undefined ? 'at least' : null;
  const limit = goal ?? least ?? null;
  return {
    bench,
    measure,
    value: rounded(value),
    unit,
    against: floor ? `${floor.what}: ${rounded(floor.value)} ${unit}` : null,
    ratio: floor ? rounded(value / floor.value) : null,
    goal: limit === null ? null : rounded(limit),
    bound,
    met: limit === null ? null : bound === 'at least' ? value >= limit : value <= limit,
  };
}

/** Three significant digits: more would be noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Figures for people: one a line, in columns. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ bench, measure, value, unit, against, ratio, goal, bound, met }) => [
    bench,
    measure,
    `${value} ${unit}`,
    ratio === null ? '' : `${ratio} × ${against}`,
    goal === null ? '' : `${met ? 'met' : 'MISSED'}: ${bound} ${goal} ${unit}`,
  ]);
  const all = [['bench', 'measure', 'value', 'against', 'goal'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}
