import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { conditionFault } from '../../src/policies/condition-language.ts';
import { evaluateCondition, teamsIn, type ConditionFacts } from '../../src/policies/condition.ts';
import { directory, mona, now } from './acme.ts';

const facts: ConditionFacts = {
  request: {
    resource: 'db',
    role: 'ro',
    starts: now,
    until: now + 90 * 60_000,
    reason: 'because',
    ticket: '',
    emergency: false,
    file: 'access-requests.yaml',
    principal: { kind: 'user', id: 1, name: 'mona' },
  },
  requester: mona,
  directory,
  now,
};

test.each([
  'true',
  "request.resource == 'db' && request.role == 'ro' && request.file == 'access-requests.yaml'",
  "request.duration == duration('1h30m') && request.until - request.starts == request.duration",
  "request.ticket == '' && !request.emergency",
  'request.principal.id == requester.id && requester.id == 1',
  "request.principal.name == requester.login && request.principal.kind == 'user'",
  "'acme/engineering' in requester.teams",
  "'Acme/Engineering' in requester.teams",
  "!('acme/on-call' in requester.teams)",
  "['acme/on-call', 'acme/engineering'].exists(team, team in requester.teams)",
  "now == timestamp('2026-11-23T11:00:00+01:00') && now.getHours() == 10 && now.getDayOfWeek() == 1",
  // A part that cannot be known makes no difference to what is true without it.
  "'acme/gone' in requester.teams || true",
])('%s holds', (condition) => {
  expect(conditionFault(condition)).toBeUndefined();
  expect(evaluateCondition(condition, facts)).toEqual({ holds: true });
});

test.each([
  ["request.ticket.startsWith('INC-')", 'request.ticket.startsWith("INC-")'],
  ["request.role == 'ro' && (request.ticket != '' || false) && true", 'request.ticket != "" || false'],
  ["'acme/on-call' in requester.teams", '"acme/on-call" in requester.teams'],
])('%s is false, by its part %s', (condition, part) => {
  expect(evaluateCondition(condition, facts)).toEqual({ holds: false, part });
});

test.each([
  ["!('acme/gone' in requester.teams)", 'there is no team acme/gone'],
  ["!('acme/contractors' in requester.teams)", 'acme/contractors was not looked up'],
  ["!(('acme/' + 'contractors') in requester.teams)", 'acme/contractors was not looked up'],
  ["!('contractors' in requester.teams)", 'contractors was not looked up'],
  ["'acme/gone' in requester.teams || 'acme/on-call' in requester.teams", 'there is no team acme/gone'],
  ["int(request.reason) > 0 || request.ticket == 'x'", 'int'],
  ["{'rw': true}[request.role]", 'No such key: ro'],
  ['1 / 0 == 1', 'division by zero'],
])('%s cannot be evaluated: %s', (condition, reason) => {
  expect(conditionFault(condition)).toBeUndefined();
  expect(evaluateCondition(condition, facts)).toEqual({ failed: expect.stringContaining(reason) });
});

test('the teams of a condition are its texts that name one of the organization', () => {
  const condition =
    "('Acme/On-Call' in requester.teams || ['acme/sre', 'other/team'].exists(t, t in requester.teams)) && request.reason != 'acme/ x'";
  expect(teamsIn(condition, 'ACME')).toEqual(['acme/on-call', 'acme/sre']);
});

test('whatever a request says, a condition is true, false or failed', () => {
  const conditions = fc.constantFrom(
    "request.reason.substring(3, 5) == 'ab' || int(request.ticket) > 5",
    "request.reason.size() > request.ticket.indexOf('-') && request.duration < duration('1h')",
    'string(request.principal.id) == request.ticket || now + request.duration > request.until',
    "(request.reason + ' in requester.teams') in requester.teams",
  );
  const instant = fc.integer({ min: -8.64e15, max: 8.64e15 });
  const requests = fc.record({
    reason: fc.string({ unit: 'binary' }),
    ticket: fc.string({ unit: 'binary' }),
    starts: instant,
    until: instant,
    emergency: fc.boolean(),
  });
  fc.assert(
    fc.property(conditions, requests, (condition, request) => {
      const result = evaluateCondition(condition, { ...facts, request: { ...facts.request, ...request } });
      expect('failed' in result ? typeof result.failed : typeof result.holds).toMatch(/^(?:string|boolean)$/);
    }),
  );
});
