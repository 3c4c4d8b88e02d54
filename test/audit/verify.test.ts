import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../src/audit/event.ts';
import { recordOf } from '../../src/audit/record.ts';
import { verify, type LoggedEvent, type Records } from '../../src/audit/verify.ts';
import { sampleEvent } from './sample-event.ts';

const commit = 'c'.repeat(40);

/** A log of so many events and their records; the last ones are still to be written. */
function sample(events: number, pending = 0): { log: LoggedEvent[]; records: Map<string, string> } {
  const all = Array.from({ length: events }, (_, index) => sampleEvent({ seq: index + 1 }));
  const records = new Map(
    all
      .slice(0, events - pending)
      .map(recordOf)
      .map(({ path, text }) => [path, text]),
  );
  const log = all.map((event) => {
    const { path } = recordOf(event);
    return { event, anchor: records.has(path) ? { path, commit } : null };
  });
  return { log, records };
}

function edited(log: readonly LoggedEvent[], index: number, change: Partial<AuditEvent>): LoggedEvent[] {
  return log.map((row, place) => (place === index ? { ...row, event: { ...row.event, ...change } } : row));
}

function without(records: Records, path: string): Map<string, string> {
  return new Map([...records].filter(([other]) => other !== path));
}

const second = recordOf(sampleEvent({ seq: 2 })).path;

describe('a log that was left alone', () => {
  test('agrees with its records', () => {
    const { log, records } = sample(3);
    expect(verify(log, records)).toEqual({
      events: 3,
      records: 3,
      anchored: 3,
      pending: 0,
      discrepancies: [],
    });
  });

  test('may have rows whose record is still to be written', () => {
    const { log, records } = sample(3, 2);
    expect(verify(log, records)).toMatchObject({
      events: 3,
      records: 1,
      anchored: 1,
      pending: 2,
      discrepancies: [],
    });
  });

  test('may have a record that was written before the row knew', () => {
    const { log, records } = sample(3);
    const unaware = log.map(({ event }) => ({ event, anchor: null }));
    expect(verify(unaware, records)).toMatchObject({ anchored: 3, pending: 0, discrepancies: [] });
  });

  test('may tell of several repositories, each with its own records', () => {
    const events = [1, 2, 3, 4].map((seq) => sampleEvent({ seq, repositoryId: seq % 2 }));
    const log = events.map((event) => ({ event, anchor: null }));
    const odd = events.filter(({ seq }) => seq % 2 === 1).map(recordOf);
    const records = new Map(odd.map(({ path, text }) => [path, text]));
    expect(verify(log, records, 1)).toMatchObject({ events: 2, anchored: 2, pending: 0, discrepancies: [] });
    expect(verify(log, new Map(), 0)).toMatchObject({
      events: 2,
      anchored: 0,
      pending: 2,
      discrepancies: [],
    });
  });

  test('may be empty', () => {
    expect(verify([], new Map())).toMatchObject({ events: 0, anchored: 0, pending: 0, discrepancies: [] });
  });
});

describe('what shows', () => {
  const deleted = { seq: 2, path: null, problem: 'no row has this number: one was deleted' };
  const { log, records } = sample(3);

  test('an edited row', () => {
    const { anchored, discrepancies } = verify(edited(log, 1, { subject: 'nobody got anything' }), records);
    expect(anchored).toBe(2);
    expect(discrepancies).toEqual([
      { seq: 2, path: second, problem: 'the row differs from its record in git' },
    ]);
  });

  test('a row edited so that its record would stand elsewhere', () => {
    const { discrepancies } = verify(edited(log, 1, { kind: 'grant-refused' }), records);
    expect(discrepancies).toEqual([
      { seq: 2, path: second, problem: 'the record is gone from git, or the row was edited' },
      { seq: null, path: second, problem: 'no row of the database tells of this record' },
    ]);
  });

  test('a deleted row', () => {
    const { discrepancies } = verify(log.toSpliced(1, 1), records);
    expect(discrepancies).toEqual([
      deleted,
      { seq: null, path: second, problem: 'no row of the database tells of this record' },
    ]);
  });

  test('a deleted row whose record was still to be written', () => {
    const { log: unwritten, records: written } = sample(3, 2);
    expect(verify(unwritten.toSpliced(1, 1), written).discrepancies).toEqual([deleted]);
  });

  test('an edited record', () => {
    const changed = new Map(records).set(second, `${records.get(second)} `);
    expect(verify(log, changed).discrepancies).toEqual([
      { seq: 2, path: second, problem: 'the row differs from its record in git' },
    ]);
  });

  test('a missing record', () => {
    expect(verify(log, without(records, second)).discrepancies).toEqual([
      { seq: 2, path: second, problem: 'the record is gone from git, or the row was edited' },
    ]);
  });

  test('a record that somebody else wrote', () => {
    const foreign = new Map(records).set('records/2026/11/23/000000004-grant-decided.json', '{}\n');
    expect(verify(log, foreign).discrepancies).toEqual([
      {
        seq: null,
        path: 'records/2026/11/23/000000004-grant-decided.json',
        problem: 'no row of the database tells of this record',
      },
    ]);
  });
});

test('any single change shows', () => {
  const change: fc.Arbitrary<Partial<AuditEvent>> = fc.oneof(
    fc.record({
      at: fc.integer({ min: 0, max: Date.UTC(2100, 0) }).map((second_) => second_ - (second_ % 1000)),
    }),
    fc.record({ kind: fc.constantFrom('grant-refused' as const, 'policy-adopted' as const) }),
    fc.record({ repositoryId: fc.nat() }),
    fc.record({ pull: fc.option(fc.nat({ max: 6 })) }),
    fc.record({ grantId: fc.option(fc.uuid()) }),
    fc.record({ subject: fc.string() }),
    fc.record({ details: fc.dictionary(fc.string(), fc.string()) }),
    fc.record({ seq: fc.integer({ min: 100, max: 200 }) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(), change, fc.string(), (events, which, to, text) => {
      const { log, records } = sample(events);
      const index = which % events;
      const path = log[index]?.anchor?.path ?? '';
      for (const mutated of [
        verify(edited(log, index, to), records),
        verify(log.toSpliced(index, 1), records),
        verify(log, without(records, path)),
        verify(log, new Map(records).set(path, text)),
        verify(log, new Map(records).set(`records/${text}`, '{}')),
      ])
        expect(mutated.discrepancies).not.toEqual([]);
    }),
  );
});
