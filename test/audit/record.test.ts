import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventKinds, type AuditEvent } from '../../src/audit/event.ts';
import { recordOf } from '../../src/audit/record.ts';
import { sampleEvent } from './sample-event.ts';

/** The same data with every mapping's keys the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}

const details = fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<unknown>);

describe('the record of an event', () => {
  test('is these very bytes: those of records in git must never change', async () => {
    await expect(recordOf(sampleEvent()).text).toMatchFileSnapshot('golden/grant-decided.json');
    await expect(
      recordOf(sampleEvent({ seq: 1, kind: 'policy-adopted', pull: null, grantId: null, details: {} })).text,
    ).toMatchFileSnapshot('golden/policy-adopted.json');
  });

  test('stands where its number and its day say', () => {
    expect(recordOf(sampleEvent()).path).toBe('records/2026/11/23/000000012-grant-decided.json');
  });

  test('is the same whatever order the database keeps keys in', () => {
    fc.assert(
      fc.property(details, (given) => {
        const event = sampleEvent({ details: given });
        expect(recordOf(turned(event) as AuditEvent)).toEqual(recordOf(event));
      }),
    );
  });

  test('says everything that the event says', () => {
    fc.assert(
      fc.property(details, (given) => {
        const event = sampleEvent({ details: given });
        const at = '2026-11-23T09:00:05Z';
        expect(JSON.parse(recordOf(event).text)).toEqual({
          version: 1,
          ...JSON.parse(JSON.stringify(event)),
          at,
        });
      }),
    );
  });

  test('sorts as the log does', () => {
    const event = fc.record({
      seq: fc.nat({ max: 999_999_999 }),
      at: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 0) }),
      kind: fc.constantFrom(...eventKinds),
    });
    fc.assert(
      fc.property(event, event, (a, b) => {
        fc.pre(a.seq < b.seq && a.at <= b.at);
        expect(recordOf(sampleEvent(a)).path < recordOf(sampleEvent(b)).path).toBe(true);
      }),
    );
  });
});
