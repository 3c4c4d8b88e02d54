import { describe, expect, test } from 'vitest';
import type { Requirement } from '../../src/approvals/requirements.ts';
import { approves, evaluate, group, owners, type Given } from './approval-fixtures.ts';

/** A requirement that these roles ask for. */
const askedBy = (requirement: Requirement, ...roles: string[]): Requirement => ({
  ...requirement,
  rules: roles.map((subject) => ({ file: 'x', line: 1, subject, stage: 0, distinct: true })),
});

describe('groups of a role', () => {
  const data = group('@acme/data');
  const security = group('@acme/security');
  const securityLater = group('@acme/security', { stage: 1 });
  const freely = { distinct: false };
  test.each<[string, Requirement[], Given[], met: boolean[]]>([
    ['one of one', [data], [approves('dana')], [true]],
    ['one of two', [group('@acme/data', { count: 2 })], [approves('dana')], [false]],
    ['two of two', [group('@acme/data', { count: 2 })], [approves('dana'), approves('sam')], [true]],
    ['one person twice', [group('@acme/data', { count: 2 })], [approves('dana'), approves('dana')], [false]],
    ['the requester in it', [data], [approves('mona')], [false]],
    ['the whole organization', [group('@acme', { count: 2 })], [approves('eve'), approves('sue')], [true]],
    ['without write access', [group('@reader')], [approves('reader')], [true]],
    ['a secret team', [group('@acme/secret')], [approves('eve')], [true]],
    ['one person in two groups', [data, security], [approves('sam')], [true, false]],
    [
      'one person in two groups where they may',
      [group('@acme/data', freely), group('@acme/security', freely)],
      [approves('sam')],
      [true, true],
    ],
    ['somebody for each', [data, security], [approves('dana'), approves('sam')], [true, true]],
    ['somebody for each, the other way', [data, security], [approves('sam'), approves('dana')], [true, true]],
    ['room made for the second', [security, data], [approves('sam'), approves('sue')], [true, true]],
    [
      'room made in a chain',
      [group('@acme/data', { count: 2 }), security],
      [approves('sam'), approves('sue'), approves('dana')],
      [true, true],
    ],
    ['the same group twice', [data, group('@acme/data')], [approves('dana'), approves('sam')], [true, true]],
    ['stages in order', [data, securityLater], [approves('dana'), approves('sue')], [true, true]],
    ['stages out of order', [data, securityLater], [approves('sue'), approves('dana')], [true, false]],
    [
      'stages out of order, then again',
      [data, securityLater],
      [approves('sue'), approves('dana'), approves('sue')],
      [true, true],
    ],
    ['a second stage alone', [data, securityLater], [approves('sue')], [false, false]],
    ['one person in two stages', [data, securityLater], [approves('sam')], [true, false]],
    [
      'one person in two stages where they may',
      [group('@acme/data', freely), group('@acme/security', { ...freely, stage: 1 })],
      [approves('sam')],
      [true, true],
    ],
    [
      'three stages',
      [data, securityLater, group('@eve', { stage: 2 })],
      [approves('dana'), approves('sam'), approves('eve')],
      [true, true, true],
    ],
    [
      'a first stage that takes two',
      [group('@acme/data', { count: 2 }), securityLater],
      [approves('dana'), approves('sue'), approves('sam')],
      [true, false],
    ],
    [
      'a stage of two groups',
      [data, security, group('@eve', { stage: 1 })],
      [approves('sam')],
      [true, false, false],
    ],
    ['an owner in a group as well', [owners('@dana'), data], [approves('dana')], [true, true]],
  ])('%s', (_, requirements, given, met) => {
    expect(evaluate(requirements, given).requirements.map((state) => state.met)).toEqual(met);
  });

  test('of two roles may be filled by the same people, each role by different ones', () => {
    const shared = askedBy(data, 'a', 'b');
    const onlyA = askedBy(security, 'a');
    const onlyB = askedBy(security, 'b');
    expect(evaluate([shared, onlyA], [approves('sam'), approves('dana')]).approved).toBe(true);
    expect(evaluate([onlyA, onlyB], [approves('sam')]).approved).toBe(true);
    expect(evaluate([shared, onlyA, onlyB], [approves('sam')]).approved).toBe(false);
  });
});
