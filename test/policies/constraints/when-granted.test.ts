import { expect, test } from 'vitest';
import { codesAt, decide, entryText, resourceText } from '../acme.ts';

const at = (time: string) => ({ now: Date.parse(time) });
const weekdays = 'days: [mon, tue, wed, thu, fri]';
const office = `hours: { timezone: Europe/Berlin, ${weekdays}, from: "08:00", to: "18:00" }`;
const night = 'hours: [{ timezone: UTC, days: [mon], from: "22:00", to: "06:00" }]';
const freeze =
  'freeze: [{ from: 2026-12-24T00:00:00Z, to: 2026-12-27T00:00:00Z, reason: holidays, except: ["db:ro"] }]';

test.each([
  ['in office hours', office, '', at('2026-11-23T07:00:00Z'), []],
  ['before office hours', office, '', at('2026-11-23T06:59:59Z'), ['2:5 outside-hours']],
  ['in office hours of summer time', office, '', at('2026-07-06T06:00:00Z'), []],
  ['when office hours end', office, '', at('2026-11-23T17:00:00Z'), ['2:5 outside-hours']],
  ['on a Sunday', office, '', at('2026-11-22T10:00:00Z'), ['2:5 outside-hours']],
  [
    'from a start in office hours',
    office,
    'starts: 2026-11-23T10:00:00+01:00',
    at('2026-11-22T10:00:00Z'),
    [],
  ],
  [
    'from a start outside of them',
    office,
    'starts: 2026-11-28T10:00:00Z',
    at('2026-11-23T10:00:00Z'),
    ['2:13 outside-hours'],
  ],
  ['before midnight', night, '', at('2026-11-23T23:00:00Z'), []],
  ['after midnight', night, '', at('2026-11-24T05:59:00Z'), []],
  ['after the midnight of another day', night, '', at('2026-11-23T05:59:00Z'), ['2:5 outside-hours']],
  [
    'in the second of two windows',
    `${night}\n${office.replace('hours:', '  #')}`,
    '',
    at('2026-11-23T22:00:00Z'),
    [],
  ],
  [
    'too far ahead',
    'max_ahead: 1d',
    'starts: 2026-11-24T10:00:01Z',
    at('2026-11-23T10:00:00Z'),
    ['2:13 too-far-ahead'],
  ],
  ['far ahead', 'max_ahead: 1d', 'starts: 2026-11-24T10:00:00Z', at('2026-11-23T10:00:00Z'), []],
])('%s', (_, role, entry, context, expected) => {
  const text = entryText(...(entry === '' ? ['user: mona'] : [entry]));
  const { violations } = decide({ 'resources/db.yaml': resourceText(role) }, text, context);
  expect(codesAt(violations)).toEqual(expected);
});

test.each([
  ['before', '2026-12-23T23:59:59Z', false, []],
  ['at its beginning', '2026-12-24T00:00:00Z', false, ['2:5 frozen']],
  ['at its end', '2026-12-27T00:00:00Z', false, []],
  ['within, excepted', '2026-12-25T00:00:00Z', true, []],
])('a freeze, %s', (_, time, excepted, expected) => {
  const settings = excepted ? freeze : freeze.replace('"db:ro"', '');
  const files = { 'resources/db.yaml': resourceText(), 'settings.yaml': settings };
  expect(codesAt(decide(files, entryText(), at(time)).violations)).toEqual(expected);
});
