import type { Place, Point, Side } from './trap.ts';

/**
 * So many places, spread over all points: first what changes something, then the first of each kind of reading, then the rest; both sides in
 * turn.
 */
export function choosePlaces(points: readonly Point[], count: number): Place[] {
  const kinds = ['github', 'connector', 'commit'] as const;
  const waiting = new Map(
    kinds.map((kind) => [kind, inOrder(points.filter((point) => point.kind === kind))]),
  );
  const shares = new Map(kinds.map((kind) => [kind, 0]));
  const total = [...waiting.values()].reduce((sum, places) => sum + places.length, 0);
  // Each kind gets the same share, as far as it has places.
  for (let given = 0; given < Math.min(count, total);)
    for (const kind of kinds) {
      const share = shares.get(kind) ?? 0;
      if (given === count || share === (waiting.get(kind) ?? []).length) continue;
      shares.set(kind, share + 1);
      given += 1;
    }
  return kinds.flatMap((kind) => firstOf(waiting.get(kind) ?? [], shares.get(kind) ?? 0));
}

interface Ranked extends Place {
  readonly rank: number;
}

/** Of each rank every other point is for one side first, and the rest for the other; the opposite sides come after those. */
function inOrder(points: readonly Point[]): Ranked[] {
  const met = new Map<number, number>();
  return points.flatMap((point): Ranked[] => {
    const rank = rankOf(point);
    const before = met.get(rank) ?? 0;
    met.set(rank, before + 1);
    const sides: [Side, Side] = before % 2 === 0 ? ['before', 'after'] : ['after', 'before'];
    const { kind, label, nth } = point;
    return sides.map((side, turn) => ({ kind, label, nth, side, rank: rank + turn / 2 }));
  });
}

function rankOf({ kind, label, nth }: Point): number {
  const reads = kind === 'github' && /^(?:GET|query) /.test(label);
  return reads ? (nth === 1 ? 2 : 3) : nth === 1 ? 0 : 1;
}

/** The lowest ranks whole; of the last of them some, evenly spread over the life. */
function firstOf(places: readonly Ranked[], count: number): Place[] {
  const taken: Ranked[] = [];
  for (const rank of [...new Set(places.map((place) => place.rank))].toSorted((a, b) => a - b)) {
    const same = places.filter((place) => place.rank === rank);
    const room = Math.min(count - taken.length, same.length);
    for (let index = 0; index < room; index += 1) {
      const place = same[Math.floor((index * same.length) / room)];
      if (place) taken.push(place);
    }
  }
  return taken.map(({ kind, label, nth, side }) => ({ kind, label, nth, side }));
}

/** What two runs have in common: the order in which the app does things is its own, and no two runs have quite the same. */
export function pointsInBoth(one: readonly Point[], other: readonly Point[]): Point[] {
  const name = ({ kind, label, nth }: Point) => `${kind} ${label} ${nth}`;
  const known = new Set(other.map(name));
  return one.filter((point) => known.has(name(point)));
}
