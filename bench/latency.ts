/** How long something took, over and over: milliseconds. */
export interface Latency {
  p50: number;
  p99: number;
}

export interface Rounds {
  /** Not counted: the first ones find cold caches and code that is not compiled yet. */
  warmUp: number;
  counted: number;
}

/** Times a piece of work and its floor in turn, so that whatever else the machine does strikes both. */
export async function timedBeside(
  work: () => Promise<unknown>,
  floor: () => Promise<unknown>,
  { warmUp, counted }: Rounds,
): Promise<{ work: Latency; floor: Latency }> {
  const [works, floors]: [number[], number[]] = [[], []];
  for (let round = 0; round < warmUp + counted; round += 1) {
    const took = [await timed(work), await timed(floor)] as const;
    if (round < warmUp) continue;
    works.push(took[0]);
    floors.push(took[1]);
  }
  return { work: latencyOf(works), floor: latencyOf(floors) };
}

/** Milliseconds that a piece of work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

export function latencyOf(samples: readonly number[]): Latency {
  return { p50: percentile(samples, 50), p99: percentile(samples, 99) };
}

/** The smallest sample that at least this share (in percent) of all do not exceed. Throws where there are none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)];
  if (value === undefined) throw new Error('there are no samples');
  return value;
}
