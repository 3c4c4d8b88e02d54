import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLive, type Grant } from '../../src/grants/grant.ts';
import { plan } from '../../src/grants/plan.ts';
import { sampleGrant } from '../database/sample-grant.ts';
import { play, steps } from './target-history.ts';

const now = 100;

function grant(
  id: string,
  state: Grant['state'],
  starts: number,
  expires: number,
  different: Partial<Grant> = {},
): Grant {
  return {
    ...sampleGrant(),
    id,
    state,
    startsAt: starts,
    expiresAt: expires,
    decidedAt: starts,
    ...different,
  };
}

/** A plan as it reads aloud: `grant a b until 200`. */
function read(grants: readonly Grant[], held: boolean): string[] {
  return plan(grants, held, now).map((change) => {
    const ids = change.grants.map(({ id }) => id).join(' ');
    switch (change.kind) {
      case 'grant':
        return `grant ${ids} until ${change.until}${change.standing ? ', standing' : ''}`;
      case 'revoke':
      case 'decide-again':
        return `${change.kind} ${ids}`;
      case 'release':
        return `release ${ids}: ${change.because}`;
    }
  });
}

const held = true;
const free = false;

describe('plan', () => {
  test.each<[what: string, grants: Grant[], held: boolean, plan: string[]]>([
    ['nothing was decided', [], free, []],
    ['nothing was decided and access stands', [], held, []],
    ['a grant begins', [grant('a', 'scheduled', 100, 200)], free, ['grant a until 200']],
    [
      'a grant begins that was decided before',
      [grant('a', 'scheduled', 100, 200, { decidedAt: 99 })],
      free,
      ['decide-again a'],
    ],
    [
      'the target was out of reach for fifteen minutes',
      [grant('a', 'granting', -2e6, 200, { decidedAt: now - 15 * 60_000 })],
      held,
      ['grant a until 200'],
    ],
    [
      'the target was out of reach for longer',
      [grant('a', 'granting', -2e6, 200, { decidedAt: now - 15 * 60_000 - 1 })],
      held,
      ['decide-again a'],
    ],
    ['what runs was decided long ago', [grant('a', 'active', -1e9, 200, { decidedAt: -1e9 })], held, []],
    [
      'one ends while another is to be decided on again',
      [grant('a', 'active', 50, 100), grant('b', 'scheduled', 100, 200, { decidedAt: 99 })],
      held,
      ['decide-again b', 'revoke a'],
    ],
    ['a grant is still to begin', [grant('a', 'scheduled', 101, 200)], free, []],
    ['access stood before', [grant('a', 'scheduled', 50, 200)], held, ['grant a until 200, standing']],
    [
      'a crash came before the target was asked',
      [grant('a', 'granting', 50, 200)],
      free,
      ['grant a until 200'],
    ],
    ['a crash came after the target gave', [grant('a', 'granting', 50, 200)], held, ['grant a until 200']],
    [
      'a crash came where access stood before',
      [grant('a', 'granting', 50, 200, { standing: true })],
      held,
      ['grant a until 200, standing'],
    ],
    ['a grant runs', [grant('a', 'active', 50, 101)], held, []],
    ['its end has come', [grant('a', 'active', 50, 100)], held, ['revoke a']],
    ['its end has come, and somebody else took it', [grant('a', 'active', 50, 100)], free, ['revoke a']],
    [
      'its end has come, and access stood before',
      [grant('a', 'active', 50, 100, { standing: true })],
      held,
      ['release a: held-otherwise'],
    ],
    ['it was given back', [grant('a', 'revoking', 50, 200)], held, ['revoke a']],
    ['it ended before it was given', [grant('a', 'scheduled', 50, 100)], free, ['release a: never-granted']],
    ['it ended while it was being given', [grant('a', 'granting', 50, 100)], held, ['revoke a']],
    [
      'another grant of the same goes on',
      [grant('a', 'active', 50, 100), grant('b', 'active', 60, 200)],
      held,
      ['release a: held-otherwise'],
    ],
    [
      'another takes over at the end of the first, which is settled once the other was given',
      [grant('a', 'active', 50, 100), grant('b', 'scheduled', 100, 200)],
      held,
      ['grant b until 200'],
    ],
    [
      'another follows after a pause',
      [grant('a', 'active', 50, 100), grant('b', 'scheduled', 110, 200)],
      held,
      ['revoke a'],
    ],
    [
      'a second begins while the first runs: the access is the first one’s and did not stand before',
      [grant('a', 'active', 50, 150), grant('b', 'scheduled', 90, 120)],
      held,
      ['grant b until 150'],
    ],
    [
      'one of two that run over standing access ends',
      [grant('a', 'active', 50, 100, { standing: true }), grant('b', 'active', 60, 200, { standing: true })],
      held,
      ['release a: held-otherwise'],
    ],
    [
      'several things happen at once',
      [
        grant('a', 'active', 10, 90),
        grant('b', 'scheduled', 20, 80),
        grant('c', 'scheduled', 95, 300),
        grant('d', 'revoking', 10, 400),
        grant('e', 'scheduled', 500, 600),
      ],
      held,
      ['release b: never-granted', 'grant c until 300'],
    ],
  ])('%s', (_, grants, isHeld, expected) => {
    expect(read(grants, isHeld)).toEqual(expected);
  });
});

describe('over any history', () => {
  test('the target holds access exactly while a grant covers the moment or access stood before', () => {
    fc.assert(
      fc.property(fc.boolean(), steps, (stood, history) => {
        const { held: holds, grants, now: at } = play(stood, history);
        const covered = grants.some(
          (each) => isLive(each) && each.state !== 'revoking' && each.startsAt <= at && at < each.expiresAt,
        );
        expect(holds).toBe(stood || covered);
      }),
      { numRuns: 10_000 },
    );
  });

  test('nothing is given after its end, and no grant is settled twice', () => {
    fc.assert(
      fc.property(fc.boolean(), steps, (stood, history) => {
        for (const { at, changes } of play(stood, history).plans) {
          const settled = changes.flatMap(({ grants }) => grants.map(({ id }) => id));
          expect(new Set(settled).size).toBe(settled.length);
          const given = changes.filter((change) => change.kind === 'grant');
          expect(given.filter(({ until }) => until <= at)).toEqual([]);
          expect(given.flatMap(({ grants }) => grants).filter(({ expiresAt }) => expiresAt <= at)).toEqual(
            [],
          );
        }
      }),
    );
  });

  test('nothing is taken that was not given', () => {
    fc.assert(
      fc.property(steps, (history) => {
        for (const { changes } of play(true, history).plans)
          expect(changes.filter(({ kind }) => kind === 'revoke')).toEqual([]);
      }),
    );
  });

  test('what was carried out leaves nothing to do', () => {
    fc.assert(
      fc.property(fc.boolean(), steps, (stood, history) => {
        const { grants, held: holds, now: at } = play(stood, history);
        expect(plan(grants.filter(isLive), holds, at)).toEqual([]);
      }),
    );
  });

  test('the order of the grants makes no difference', () => {
    fc.assert(
      fc.property(fc.boolean(), steps, (stood, history) => {
        const { grants, held: holds, now: at } = play(stood, history);
        const ids = (list: readonly Grant[]) =>
          plan(list, holds, at + 1).map(({ kind, grants: settled }) => [
            kind,
            new Set(settled.map(({ id }) => id)),
          ]);
        const live = grants.filter(isLive);
        expect(ids(live.toReversed())).toEqual(ids(live));
      }),
    );
  });
});
