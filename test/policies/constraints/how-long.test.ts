import { expect, test } from 'vitest';
import { codesAt, decide, entryText, resourceText, now } from '../acme.ts';

const running = (start: string) => ({ runningSince: new Map([['user:mona db:ro', Date.parse(start)]]) });

test.each([
  ['what is allowed', [], ['duration: 8h'], {}, []],
  ['a minute too long', [], ['duration: 8h1m'], {}, ['2:15 duration-too-long']],
  ['too long, as an end', [], ['until: 2026-11-23T18:00:01Z'], {}, ['2:12 duration-too-long']],
  ['an end in time', [], ['until: 2026-11-23T18:00:00Z'], {}, []],
  ['an end that is past', [], ['until: 2026-11-23T10:00:00Z'], {}, ['2:12 end-before-start']],
  [
    'an end before the start',
    [],
    ['until: 2026-11-24T08:00:00Z', 'starts: 2026-11-24T09:00:00Z'],
    {},
    ['2:12 end-before-start'],
  ],
  ['an end after a later start', [], ['until: 2026-11-24T17:00:00Z', 'starts: 2026-11-24T09:00:00Z'], {}, []],
  ['too short', ['min_duration: 1h'], ['duration: 59m'], {}, ['2:15 duration-too-short']],
  ['an extension', ['max_continuous: 10h'], ['duration: 10h'], running('2026-11-23T08:00:00Z'), []],
  [
    'an extension of more than one request may have',
    ['max_continuous: 20h'],
    ['duration: 11h'],
    running('2026-11-23T08:00:00Z'),
    ['2:15 duration-too-long'],
  ],
  [
    'an extension past the longest without a break',
    [],
    ['until: 2026-11-23T17:00:00Z'],
    running('2026-11-23T08:00:00Z'),
    ['2:12 continuous-too-long'],
  ],
])('%s', (_, role, entry, context, expected) => {
  const { violations } = decide({ 'resources/db.yaml': resourceText(...role) }, entryText(...entry), context);
  expect(codesAt(violations)).toEqual(expected);
});

test('without a duration the default counts, and without a default the entry says too little', () => {
  const text = entryText().replace(/\n +duration: 1h/, '');
  const withDefault = decide({ 'resources/db.yaml': resourceText('default_duration: 2h') }, text);
  expect(withDefault.violations).toEqual([]);
  expect(withDefault.request?.duration).toBe(120);
  const { violations, request } = decide({ 'resources/db.yaml': resourceText() }, text);
  expect(codesAt(violations)).toEqual(['2:5 missing-key']);
  expect(request).toBeUndefined();
});

test("a template's duration is held against the entry's first line", () => {
  const files = {
    'resources/db.yaml': resourceText(),
    'templates.yaml': 'templates: { long: { resource: db, role: ro, duration: 9h } }',
  };
  const text = 'requests:\n  - user: mona\n    template: long\n    reason: x\n';
  expect(codesAt(decide(files, text).violations)).toEqual(['2:5 duration-too-long']);
  expect(decide(files, `${text}    duration: 1h\n`).violations).toEqual([]);
  expect(decide(files, `${text}    until: 2026-11-23T11:00:00Z\n`).violations).toEqual([]);
});

test('the sentences say what is asked, what is allowed and what to do', () => {
  const { violations } = decide({ 'resources/db.yaml': resourceText() }, entryText('duration: 30d'), { now });
  expect(violations).toEqual([
    {
      file: 'access-requests.yaml',
      line: 2,
      column: 15,
      code: 'duration-too-long',
      message: 'The entry asks for ro for 30d; at most 8h is allowed.',
      remedy: 'Ask for 8h or less; a grant that runs can be extended.',
      severity: 'error',
    },
  ]);
});
