import { theEndOf } from './app-process.ts';
import type { Story } from './life.ts';
import { choosePlaces, pointsInBoth } from './places.ts';
import type { Scene } from './ground.ts';
import { openStage, type Stage } from './stage.ts';
import type { Place, Point } from './trap.ts';
import { describeWorld } from './world.ts';

/** What came of a run in which the app was killed. */
export interface Outcome {
  readonly story: string;
  readonly place: Place;
  /** `-`: a line of the undisturbed world that is missing; `+`: one that it has not got. None: it ended the same. */
  readonly differences: readonly string[];
  readonly seconds: number;
}

export interface Plan {
  readonly scene: Scene;
  readonly stories: readonly { readonly story: Story; readonly places: number }[];
  /** How many runs go at the same time. */
  readonly lanes: number;
  /** Only places in whose line this stands. */
  readonly at: string;
  readonly tell: (line: string) => void;
}

/** Plays each story undisturbed, then once for each place with the app killed there. */
export async function crashMatrix({ scene, stories, lanes, at, tell }: Plan): Promise<Outcome[]> {
  const runs = (
    await inLanes(lanes, stories, async ({ story, places: count }) => {
      const { points, lines } = await undisturbed(scene, story);
      const places = choosePlaces(points, count).filter((place) => lineOf(story.name, place).includes(at));
      tell(`${story.name}: ${countsOf(points)}; ${places.length} places`);
      return places.map((place) => ({ story, place, expected: lines }));
    })
  ).flat();
  let done = 0;
  return inLanes(lanes, runs, async ({ story, place, expected }) => {
    const outcome = await disturbed(scene, story, place, expected);
    done += 1;
    const verdict = outcome.differences.length === 0 ? 'same' : 'NOT THE SAME';
    const line = lineOf(outcome.story, outcome.place);
    tell(`${String(done).padStart(3)}/${runs.length} ${line}: ${verdict}, ${outcome.seconds.toFixed(1)} s`);
    for (const difference of outcome.differences) tell(`      ${difference.replaceAll('\n', '\n      ')}`);
    return outcome;
  });
}

function lineOf(story: string, { kind, label, nth, side }: Place): string {
  return `${story.padEnd(10)} ${side.padEnd(6)} ${kind.padEnd(9)} ${label} (${nth})`;
}

/** Twice: what differs between two undisturbed runs says nothing about a disturbed one. */
async function undisturbed(scene: Scene, story: Story): Promise<Pick<Run, 'points' | 'lines'>> {
  const one = await play(scene, story, []);
  const other = await play(scene, story, []);
  const differences = [one.trouble ?? [], other.trouble ?? [], compare(one.lines, other.lines)].flat();
  if (differences.length > 0)
    throw new Error(`two undisturbed runs of "${story.name}" differ:\n${differences.join('\n')}`);
  return { points: pointsInBoth(one.points, other.points), lines: one.lines };
}

async function disturbed(
  scene: Scene,
  story: Story,
  place: Place,
  expected: readonly string[],
): Promise<Outcome> {
  const started = performance.now();
  const outcome = (differences: readonly string[]): Outcome => ({
    story: story.name,
    place,
    differences,
    seconds: (performance.now() - started) / 1000,
  });
  try {
    const { lines, left, trouble } = await play(scene, story, [place]);
    if (trouble !== null) return outcome([trouble, ...compare(expected, lines)]);
    if (left.length === 0) return outcome(compare(expected, lines));
    // The app did it one time less.
    if (place.nth > 1) return await disturbed(scene, story, { ...place, nth: place.nth - 1 }, expected);
    return outcome(['the app never came there']);
  } catch (error) {
    return outcome([error instanceof Error ? error.message : String(error)]);
  }
}

/** What was seen of one story, played to its end. */
export interface Run {
  readonly points: readonly Point[];
  /** The world that it ended in. */
  readonly lines: readonly string[];
  /** Where the app was to be killed and did not come. */
  readonly left: readonly Place[];
  /** Where it did not come to its end: why, and what the app wrote. Or that the app wrote a secret. */
  readonly trouble: string | null;
}

/** Plays a story with the app killed at some places, once at each, and started again. */
export async function play(scene: Scene, story: Story, places: readonly Place[]): Promise<Run> {
  const stage = await openStage(scene, places);
  try {
    const trouble = await story
      .play(stage)
      .then(() => stage.settled())
      .then(
        () => null,
        (error: Error) => `${error.message}\n${theEndOf(stage.said())}`,
      );
    const lines = await describeWorld(stage);
    const points = [...stage.trap.points()];
    return { points, lines, left: stage.trap.left(), trouble: trouble ?? secretSaid(stage) };
  } finally {
    await stage.close();
  }
}

/** In whatever it was interrupted: its key, its secret or a token of GitHub's is nothing that the app writes. */
function secretSaid(stage: Stage): string | null {
  const { app } = stage.world;
  const keyLines = app.privateKey.split('\n').filter((line) => line.length >= 16);
  const secrets = [app.webhookSecret, ...keyLines, 'ghs_', 'eyJ'];
  const said = stage.said();
  return secrets.some((secret) => said.includes(secret)) ? 'the app wrote a secret' : null;
}

/** What the one has that the other has not, each line as often as it stands there more often. */
export function compare(expected: readonly string[], found: readonly string[]): string[] {
  return [
    ...without(expected, found).map((line) => `- ${line}`),
    ...without(found, expected).map((line) => `+ ${line}`),
  ];
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

function countsOf(points: readonly Point[]): string {
  const count = (kind: Point['kind']) => points.filter((point) => point.kind === kind).length;
  return `${count('github')} GitHub calls, ${count('connector')} connector calls, ${count('commit')} commits`;
}

async function inLanes<Item, Result>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
