import { assign } from './assignment.ts';
import type { Requirement } from './requirements.ts';

/** How far a requirement is filled. */
export interface Filling<Approval> {
  readonly met: boolean;
  /** The approvals that fill it, or would with more of them. */
  readonly by: readonly Approval[];
  /** Those that could, had they not come before its stage was open. */
  readonly early: readonly Approval[];
}

type MayFill<Taker> = (requirement: Requirement, taker: Taker) => boolean;

/** The requirements of one subject (a file or a role), by stages. */
interface Track {
  readonly distinct: boolean;
  readonly stages: readonly (readonly Requirement[])[];
}

/**
 * Fills the requirements with approvals, which come oldest first. Within a stage of a `distinct` role everybody fills one group alone.
 * A later stage takes only approvals given when the stage before it was met. A requirement of several subjects is met when it is in each.
 */
export function fulfil<Approval>(
  requirements: readonly Requirement[],
  approvals: readonly Approval[],
  mayFill: MayFill<Approval>,
): ReadonlyMap<Requirement, Filling<Approval>> {
  const tracks = tracksOf(requirements).map((track) => fillTrack(track, approvals, mayFill));
  return new Map(
    requirements.map((requirement) => {
      const fillings = tracks.flatMap((track) => track.get(requirement) ?? []);
      const inAny = (kind: 'by' | 'early') =>
        approvals.filter((approval) => fillings.some((filling) => filling[kind].includes(approval)));
      const met = fillings.every((filling) => filling.met);
      return [requirement, { met, by: inAny('by'), early: inAny('early') }];
    }),
  );
}

/** The requirements that these people could not meet, even if each of them approved when asked. */
export function outOfReach<Person>(
  requirements: readonly Requirement[],
  people: readonly Person[],
  mayFill: MayFill<Person>,
): ReadonlySet<Requirement> {
  const short = tracksOf(requirements).flatMap(({ distinct, stages }) => {
    const all = stages.flat();
    const filled = fill(all, people, mayFill, distinct);
    return all.filter((requirement) => (filled.get(requirement) ?? []).length < requirement.count);
  });
  return new Set(short);
}

function tracksOf(requirements: readonly Requirement[]): Track[] {
  const asked = requirements.flatMap((requirement) =>
    requirement.rules.map((rule) => ({ requirement, rule })),
  );
  const subjects = Map.groupBy(asked, ({ requirement, rule }) => `${requirement.kind} ${rule.subject}`);
  return [...subjects.values()].map((rows) => {
    const stages = Map.groupBy(rows, ({ rule }) => rule.stage);
    return {
      distinct: rows.some(({ rule }) => rule.distinct),
      stages: [...stages.keys()]
        .toSorted((a, b) => a - b)
        .map((stage) => (stages.get(stage) ?? []).map(({ requirement }) => requirement)),
    };
  });
}

function fillTrack<Approval>(
  { distinct, stages }: Track,
  approvals: readonly Approval[],
  mayFill: MayFill<Approval>,
): Map<Requirement, Filling<Approval>> {
  const track = new Map<Requirement, Filling<Approval>>();
  let rest = approvals;
  for (const stage of stages) {
    const used = new Set([...track.values()].flatMap(({ by }) => by));
    const missed = approvals.filter(
      (approval) => !rest.includes(approval) && !(distinct && used.has(approval)),
    );
    const filled = fill(stage, rest, mayFill, distinct);
    for (const requirement of stage) {
      const by = filled.get(requirement) ?? [];
      const early = missed.filter((approval) => mayFill(requirement, approval));
      track.set(requirement, { met: by.length >= requirement.count, by, early });
    }
    const complete = stage.every((requirement) => track.get(requirement)?.met);
    rest = complete ? rest.slice(opensNext(stage, rest, mayFill, distinct)) : [];
  }
  return track;
}

/** The index of the first approval that the stage after a complete one may take. */
function opensNext<Approval>(
  stage: readonly Requirement[],
  approvals: readonly Approval[],
  mayFill: MayFill<Approval>,
  distinct: boolean,
): number {
  const last = approvals.findIndex((_, index) => {
    const filled = fill(stage, approvals.slice(0, index + 1), mayFill, distinct);
    return stage.every((requirement) => (filled.get(requirement) ?? []).length >= requirement.count);
  });
  // The approval that met this stage may meet the next one too, unless everybody may fill one group alone.
  return distinct ? last + 1 : last;
}

/** Fills what can be filled at once: everybody wherever they may, or with `distinct` each in one place. */
function fill<Taker>(
  requirements: readonly Requirement[],
  takers: readonly Taker[],
  mayFill: MayFill<Taker>,
  distinct: boolean,
): Map<Requirement, Taker[]> {
  if (!distinct)
    return new Map(
      requirements.map((requirement) => [requirement, takers.filter((taker) => mayFill(requirement, taker))]),
    );
  // One slot more than there are takers is enough to see that they are too few.
  const slots = requirements.flatMap((requirement) =>
    Array.from({ length: Math.min(requirement.count, takers.length + 1) }, () => requirement),
  );
  const assigned = assign(slots, takers, mayFill);
  const takersOf = (requirement: Requirement) =>
    [...assigned].filter(([slot]) => slots[slot] === requirement).map(([, taker]) => taker);
  return new Map(requirements.map((requirement) => [requirement, takersOf(requirement)]));
}
