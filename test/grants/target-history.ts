import * as fc from 'fast-check';
import { isLive, type Grant } from '../../src/grants/grant.ts';
import { plan, type Change } from '../../src/grants/plan.ts';
import { sampleGrant } from '../database/sample-grant.ts';

/** Something that happens to the grants of one holding. `which` counts round those that there are. */
type Happening =
  | { readonly kind: 'decide'; readonly startsIn: number; readonly lasts: number }
  | { readonly kind: 'return'; readonly which: number }
  | { readonly kind: 'move-end'; readonly which: number; readonly to: number }
  | { readonly kind: 'wait'; readonly time: number }
  /** From now on the target refuses what it was never asked for before, or takes it again. */
  | { readonly kind: 'target-turns' };

/** The plan that follows is carried out up to this many changes, and perhaps half of the next: then the process ends. */
interface Crash {
  readonly after: number;
  readonly half: 'none' | 'before the target' | 'after the target';
}

interface Step {
  readonly happening: Happening;
  readonly crash: Crash | null;
}

const small = fc.nat({ max: 4 });

const anything: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('decide' as const), startsIn: small, lasts: small }),
  fc.record({ kind: fc.constant('return' as const), which: small }),
  fc.record({ kind: fc.constant('move-end' as const), which: small, to: small }),
  fc.record({ kind: fc.constant('wait' as const), time: small }),
  fc.record({ kind: fc.constant('target-turns' as const) }),
);

const anyCrash: fc.Arbitrary<Crash> = fc.record({
  after: fc.nat({ max: 2 }),
  half: fc.constantFrom('none', 'before the target', 'after the target'),
});

/** Any sequence of decisions, returns, moved ends and clock steps, with crashes in between. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ happening: anything, crash: fc.option(anyCrash, { nil: null }) }),
  { maxLength: 12 },
);

export interface History {
  readonly grants: readonly Grant[];
  /** Whether the target shows the access. */
  readonly held: boolean;
  readonly now: number;
  readonly plans: readonly { readonly at: number; readonly changes: readonly Change[] }[];
}

/**
 * Plays a history against a target that held the access before or not. After every step there are plans until nothing is left to do, carried
 * out as the app does: what is to be given is stored as such before the target is asked, and as given or refused afterwards. The last step
 * sees no crash.
 */
export function play(stood: boolean, history: readonly Step[]): History {
  let held = stood;
  let refuses = false;
  let now = 0;
  const grants: Grant[] = [];
  const plans: { at: number; changes: Change[] }[] = [];

  for (const { happening: what, crash: end } of [...history, nothing]) {
    happen(what);
    if (end === null) while (planned().length > 0) for (const change of next()) carryOut(change);
    else
      for (const [index, change] of next().entries())
        if (index < end.after) carryOut(change);
        else if (index === end.after) begin(change, end.half);
  }
  return { grants, held, now, plans };

  function planned(): Change[] {
    return plan(grants.filter(isLive), held, now);
  }

  function next(): Change[] {
    const changes = planned();
    plans.push({ at: now, changes });
    return changes;
  }

  function happen(what: Happening): void {
    if (what.kind === 'wait') now += what.time;
    else if (what.kind === 'target-turns') refuses = !refuses;
    else if (what.kind === 'decide') {
      const startsAt = now + what.startsIn;
      const expiresAt = startsAt + what.lasts;
      grants.push({ ...sampleGrant(), id: `${grants.length}`, startsAt, expiresAt, decidedAt: now });
    } else {
      const chosen = grants[what.which % grants.length];
      if (!chosen || !isLive(chosen)) return;
      if (what.kind === 'move-end') {
        // At or after its end it would be a new request.
        if (chosen.expiresAt > now) move([chosen], { expiresAt: Math.max(now, chosen.startsAt) + what.to });
      } else move([chosen], { state: chosen.state === 'scheduled' ? 'revoked' : 'revoking' });
    }
  }

  function carryOut(change: Change): void {
    const refused = isRefused(change);
    if (change.kind === 'decide-again') return move(change.grants, { decidedAt: now });
    begin(change, 'after the target');
    if (change.kind === 'grant') move(change.grants, { state: refused ? 'refused' : 'active' });
    else move(change.grants, { state: 'revoked' });
  }

  function begin(change: Change, half: Crash['half']): void {
    if (half === 'none') return;
    const refused = isRefused(change);
    if (change.kind === 'grant') move(change.grants, { state: 'granting', standing: change.standing });
    if (half !== 'after the target') return;
    if (change.kind === 'grant') held ||= !refused;
    if (change.kind === 'revoke') held = false;
  }

  function isRefused({ grants: asked }: Change): boolean {
    return refuses && asked.every(({ state }) => state === 'scheduled');
  }

  function move(moved: readonly Grant[], to: Partial<Grant>): void {
    const ids = new Set(moved.map(({ id }) => id));
    for (const [index, grant] of grants.entries()) if (ids.has(grant.id)) grants[index] = { ...grant, ...to };
  }
}

const nothing: Step = { happening: { kind: 'wait', time: 0 }, crash: null };
