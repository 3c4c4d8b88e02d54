import { expect, test } from 'vitest';
import { conditionFault } from '../../src/policies/condition-language.ts';

test.each([
  "request.resource == 'db' && request.role != 'admin'",
  "request.duration <= duration('1h30m')",
  "request.until < timestamp('2027-01-01T00:00:00Z') && request.starts >= now",
  "request.ticket.startsWith('INC-') || request.reason.contains('INC-')",
  "request.principal.kind == 'user' && request.principal.id == requester.id",
  "request.principal.name in ['mona', 'hubot']",
  '!request.emergency',
  "'acme/on-call' in requester.teams",
  "['acme/on-call', 'acme/sre'].exists(team, team in requester.teams)",
  "['a'].all(x, x == 'a') && ['b'].exists_one(x, x == 'b')",
  "requester.login.lowerAscii() == 'mona' ? true : now.getDayOfWeek() < 6",
  "request.file == 'access-requests.yaml'",
])('%s is a condition', (condition) => {
  expect(conditionFault(condition)).toBeUndefined();
});

test.each([
  ['request.reason ==', 'Unexpected token: EOF at character 18'],
  ['request.title == ""', 'No such key: title at character 9'],
  ['pull.title == ""', 'Unknown variable: pull at character 1'],
  ['request.reason', 'it is neither true nor false'],
  ['dyn(request.emergency)', '`dyn` at character 1 is not among what a condition may use'],
  ['request.emergency == "yes"', 'no such overload: bool == string at character 1'],
  ['request.reason.matches("(a+)+b")', '`matches` at character 1 is not among what a condition may use'],
  ['cel.bind(x, "a", x + x == "aa")', '`bind` at character 1 is not among what a condition may use'],
  ['["a"].map(x, x + x) == ["aa"]', '`map` at character 1 is not among what a condition may use'],
  ['["a"].exists(x, ["b"].all(y, x == y))', '`exists` at character 1 goes through a list within a list'],
  ['now.getHours("Europe/Berlin") > 8', '`getHours` at character 1 takes no time zone'],
  ['now.getDayOfYear() > 8', '`getDayOfYear` at character 1 is not among'],
  ['now > timestamp("2026-11-23T10:00:00.000000")', '`timestamp` at character 7 takes one instant'],
  ['now > timestamp(request.reason)', '`timestamp` at character 7 takes one instant'],
  ['requester.teams.size() > 0', "found no matching overload for 'Teams.size()'"],
  ['requester.teams.exists(t, t == "acme/on-call")', 'cannot be range of a comprehension'],
  [`${'('.repeat(100)}true${')'.repeat(100)}`, 'Exceeded maxDepth (32)'],
  [`true${' || true'.repeat(250)}`, 'Exceeded maxAstNodes (500)'],
])('%s is none', (condition, fault) => {
  expect(conditionFault(condition)).toContain(fault);
});
