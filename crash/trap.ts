/** Where the app can be seen from outside: a call to GitHub, a call to the target of a grant, something made durable in its database. */
export type PointKind = 'github' | 'connector' | 'commit';

/** One point in the life of a request: the nth thing of its kind that bears this label, counted from 1. */
export interface Point {
  readonly kind: PointKind;
  readonly label: string;
  readonly nth: number;
}

/** Before: it never arrives. After: it is done, and the app is not told. */
export type Side = 'before' | 'after';

/** A point and the side of it on which the app is killed. */
export interface Place extends Point {
  readonly side: Side;
}

/** Stands between the app and everybody it talks to: counts what passes, and kills the app at some places, once at each. */
export interface Trap {
  /** Counts from now on. */
  arm(): void;
  /** Told of what is about to pass; gives the side on which the app is to be killed, where this is a place. */
  meets(kind: PointKind, label: string): Side | null;
  /** Kills the app, or stops it; resolves when it goes on, which a killed one never does. */
  spring(): Promise<void>;
  /** Where the app was to be killed and did not come. */
  left(): readonly Place[];
  /** What passed by, in order. */
  points(): readonly Point[];
}

export function openTrap(places: readonly Place[], kill: () => void): Trap {
  const points: Point[] = [];
  const left = new Set(places);
  let armed = false;
  return {
    arm: () => void (armed = true),
    meets(kind, label) {
      if (!armed) return null;
      const nth = 1 + points.filter((point) => point.kind === kind && point.label === label).length;
      points.push({ kind, label, nth });
      const here = [...left].find(
        (place) => place.kind === kind && place.label === label && place.nth === nth,
      );
      if (!here) return null;
      left.delete(here);
      return here.side;
    },
    spring() {
      kill();
      return new Promise(() => undefined);
    },
    left: () => [...left],
    points: () => points,
  };
}
