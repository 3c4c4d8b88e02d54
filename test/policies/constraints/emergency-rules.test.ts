import { expect, test } from 'vitest';
import { expand } from '../../../src/requests/expand.ts';
import { parseRequestsFile } from '../../../src/requests/requests-file.ts';
import { hasErrors } from '../../../src/requests/violation.ts';
import type { EvaluationContext } from '../../../src/policies/evaluation.ts';
import { codesAt, decide, entryText, hubot, resourceText } from '../acme.ts';
import { grant, runningFor } from '../past-grants.ts';

const role = (requesters = '["@acme/engineering"]') =>
  resourceText(`emergency: { requesters: ${requesters}, max_duration: 2h, review_within: 30m }`);

function errors(text: string, context: Partial<EvaluationContext>, file = role()): string[] {
  const { violations } = decide({ 'resources/db.yaml': file }, text, context);
  return codesAt(violations.filter((found) => hasErrors([found])));
}

const asks = entryText('emergency: true', 'duration: 1h', 'user: mona');
const nothing = { history: [] };
const emergency = (times: Parameters<typeof grant>[0]) => grant({ ...times, emergency: true });

test.each([
  ['for oneself', asks, nothing, []],
  ['as long as it may be', asks.replace('1h', '2h'), nothing, []],
  ['longer', asks.replace('1h', '2h1m'), nothing, ['3:15 duration-too-long']],
  [
    'for somebody else',
    asks.replace('mona', 'hubot'),
    nothing,
    ['2:16 emergency-not-allowed', '4:11 not-a-principal'],
  ],
  [
    'asked by somebody else',
    asks,
    { ...nothing, requester: hubot },
    ['2:16 emergency-not-allowed', '2:16 emergency-not-allowed', '4:11 not-a-principal'],
  ],
  ['after one that was reviewed', asks, { history: [emergency({ ended: -1, reviewed: true })] }, []],
  ['after one that was not', asks, { history: [emergency({ ended: -1 })] }, ['2:16 emergency-not-allowed']],
  [
    'beside one that is reviewed and not over',
    asks,
    { history: [emergency({ role: 'rw', reviewed: true })] },
    ['2:16 emergency-not-allowed'],
  ],
  [
    'beside one on another resource',
    asks,
    { history: [emergency({ resource: 'x' })] },
    ['2:16 emergency-not-allowed'],
  ],
  ["beside somebody else's", asks, { history: [emergency({ who: ['hubot', 2] })] }, []],
  ['beside access that was approved', asks, { history: [grant({ role: 'rw' })] }, []],
  ['where the past is not known', asks, {}, ['2:16 condition-failed']],
  ['where nobody is known', asks, { directory: null, requester: null }, []],
  ['none', entryText('emergency: false'), {}, []],
])('an emergency, %s', (_, text, context, expected) => {
  expect(errors(text, context)).toEqual(expected);
});

test.each([
  ['nobody may', role('[]'), ['2:16 emergency-not-allowed']],
  ['others may', role('["@acme/on-call"]'), ['2:16 emergency-not-allowed']],
  ['the role knows none', resourceText(), ['2:16 emergency-not-allowed']],
  ['a condition does not hold', `${role()}    when: "request.ticket != ''"\n`, ['6:11 condition-false']],
])('where %s', (_, file, expected) => {
  expect(errors(asks, nothing, file)).toEqual(expected);
});

test('two in one pull request', () => {
  const other = asks.replace('resource: db', 'resource: other').replace('mona', 'Mona');
  const alsoAsked = expand(parseRequestsFile('f', other).entries, new Map()).entries;
  expect(errors(asks, { ...nothing, alsoAsked })).toEqual(['2:16 emergency-not-allowed']);
  const itself = expand(parseRequestsFile('f', asks).entries, new Map()).entries;
  expect(errors(asks, { ...nothing, alsoAsked: itself })).toEqual([]);
});

test.each([
  ['makes an emergency longer', 'emergency: true', 'duration: 2h', true, ['2:16 emergency-not-allowed']],
  ['changes something else of it', 'emergency: true', 'duration: 90m', true, ['2:16 emergency-not-allowed']],
  ['makes it shorter', 'emergency: true', 'duration: 80m', true, []],
  ['makes it an ordinary request', 'ticket: x', 'duration: 3h', true, ['2:5 emergency-not-allowed']],
  [
    'makes an emergency of what was approved',
    'emergency: true',
    'duration: 80m',
    false,
    ['2:16 emergency-not-allowed'],
  ],
  ['makes what was approved longer', 'ticket: x', 'duration: 3h', false, []],
])('an edit that %s', (_, key, duration, isEmergency, expected) => {
  const history = [grant({ from: -1, until: 0.5, emergency: isEmergency })];
  const text = entryText(key, duration);
  expect(errors(text, { history, runningSince: runningFor(1) })).toEqual(expected);
});

test('the decision says by when it must be reviewed', () => {
  const files = { 'resources/db.yaml': role() };
  expect(decide(files, asks, nothing).emergency).toEqual({ reviewWithin: 30 });
  expect(decide(files, entryText(), nothing)).not.toHaveProperty('emergency');
  expect(decide({ 'resources/db.yaml': resourceText() }, asks, nothing)).not.toHaveProperty('emergency');
});

test('the sentence says what a role may be given for in an emergency', () => {
  const [found] = decide({ 'resources/db.yaml': role() }, asks.replace('1h', '9h'), nothing).violations;
  expect(found?.message).toBe('The entry asks for ro for 9h; at most 2h is allowed in an emergency.');
});
