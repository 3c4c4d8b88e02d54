import { describe, expect, test } from 'vitest';
import { parseCodeowners } from '../../src/approvals/codeowners.ts';
import { requirementsOf } from '../../src/approvals/requirements.ts';
import type { Decision } from '../../src/policies/decision.ts';
import type { ApprovalRule } from '../../src/policies/policy-set.ts';
import { requestKey, type ExpandedEntry } from '../../src/requests/access-request.ts';
import { directoryOf } from './directory.ts';

const directory = directoryOf({
  people: {
    mona: { id: 1 },
    hubot: { id: 2 },
    visitor: { id: 3, member: false },
    reader: { id: 4, canWrite: false },
    robot: { id: 5, bot: true },
    gone: null,
    'docs@acme.com': { id: 6 },
  },
  teams: {
    'acme/data': { members: [1, 2] },
    'acme/security': { members: [7, 8] },
    'acme/secret': { members: [1], visible: false },
    'acme/readers': { members: [1], canWrite: false },
    'acme/empty': { members: [] },
    'acme/gone': null,
  },
});

function entry(user: string, role = 'read-only', file = 'access-requests.yaml', line = 2): ExpandedEntry {
  const asks = { resource: 'orders-db', role };
  return {
    request: { principal: { kind: 'user', name: user }, asks, reason: 'INC-1: x', emergency: false },
    ...asks,
    file,
    start: { file, line, column: 5 },
    places: {},
  };
}

function added(after: ExpandedEntry, facts: Partial<Decision> = {}): Decision {
  const change = { kind: 'added', key: requestKey(after), after } as const;
  return { change, violations: [], approvals: [], distinct: true, ...facts };
}

function removed(before: ExpandedEntry): Decision {
  const change = { kind: 'removed', key: requestKey(before), before } as const;
  return { change, violations: [], approvals: [], distinct: true };
}

const policyFile = 'access-policies/resources/orders-db.yaml';

function group(line: number, from: string[], facts: Partial<ApprovalRule> = {}): ApprovalRule {
  return { from, count: 1, place: { file: policyFile, line, column: 9 }, ...facts };
}

/** Each requirement as one readable line: `KIND COUNT of PARTIES <- FILE:LINE SUBJECT/STAGE`. */
function asked(
  decisions: readonly Decision[],
  codeowners: string | null,
  controlFiles: readonly string[] = [],
) {
  const parsed = codeowners === null ? null : parseCodeowners(codeowners);
  const file = codeowners === null ? null : 'CODEOWNERS';
  const ownership = { codeowners: parsed, codeownersFile: file, controlFiles };
  const { requirements, violations } = requirementsOf(decisions, ownership, directory);
  return {
    requirements: requirements.map(({ kind, count, parties, rules }) => {
      const places = rules.map((rule) => `${rule.file}:${rule.line} ${rule.subject}/${rule.stage}`);
      return `${kind} ${count} of ${parties.join(' ') || 'nobody'} <- ${places.join(', ')}`;
    }),
    violations: violations.map(({ line, code, message }) => `${line} ${code} ${message}`),
  };
}

const everything = '* @acme/data\n';
const ownersRule = 'code-owners 1 of @acme/data <- CODEOWNERS:1';

describe('code owners approve', () => {
  const both = `access-requests.yaml @mona\n/access-policies/ @acme/data\n`;
  test.each<[string, Decision[], string, string[]]>([
    ['a touched requests file', [added(entry('mona'))], everything, [`${ownersRule} access-requests.yaml/0`]],
    [
      'the policy file too',
      [added(entry('mona'), { policyFile })],
      both,
      [
        'code-owners 1 of @mona <- CODEOWNERS:1 access-requests.yaml/0',
        `code-owners 1 of @acme/data <- CODEOWNERS:2 ${policyFile}/0`,
      ],
    ],
    [
      'both files once where they are the same, whatever the order and the case',
      [added(entry('mona'), { policyFile })],
      'access-requests.yaml @mona @acme/data\n/access-policies/ @ACME/data @Mona',
      [
        `code-owners 1 of @mona @acme/data <- CODEOWNERS:1 access-requests.yaml/0, CODEOWNERS:2 ${policyFile}/0`,
      ],
    ],
    [
      'two entries of one file once',
      [added(entry('mona')), added(entry('hubot'))],
      everything,
      [`${ownersRule} access-requests.yaml/0`],
    ],
    [
      'each file by its own owners',
      [
        added(entry('mona', 'admin', 'access-requests/a.yaml')),
        added(entry('mona', 'admin', 'access-requests/b.yaml')),
      ],
      '*/a.yaml @mona\n*/b.yaml @hubot',
      [
        'code-owners 1 of @mona <- CODEOWNERS:1 access-requests/a.yaml/0',
        'code-owners 1 of @hubot <- CODEOWNERS:2 access-requests/b.yaml/0',
      ],
    ],
    ['no removal', [removed(entry('mona'))], everything, []],
    [
      'no removal beside an addition elsewhere',
      [removed(entry('hubot', 'admin', 'access-requests/a.yaml')), added(entry('mona'))],
      everything,
      [`${ownersRule} access-requests.yaml/0`],
    ],
    [
      'both ends of a move',
      [removed(entry('mona', 'admin', 'access-requests/a.yaml')), added(entry('Mona', 'admin'))],
      '*.yaml @mona\n/access-requests/ @hubot',
      [
        'code-owners 1 of @hubot <- CODEOWNERS:2 access-requests/a.yaml/0',
        'code-owners 1 of @mona <- CODEOWNERS:1 access-requests.yaml/0',
      ],
    ],
  ])('%s', (_, decisions, codeowners, requirements) => {
    expect(asked(decisions, codeowners)).toEqual({ requirements, violations: [] });
  });
});

const role = (approvals: ApprovalRule[], name = 'read-only', user = 'mona') =>
  added(entry(user, name), { approvals });

describe('groups of a role approve', () => {
  const owners = `${ownersRule} access-requests.yaml/0`;
  test.each<[string, Decision[], string[]]>([
    [
      'besides the owners',
      [role([group(9, ['@acme/security'], { count: 2 })])],
      [owners, `group 2 of @acme/security <- ${policyFile}:9 orders-db:read-only/0`],
    ],
    [
      'in stages, each after all before it',
      [
        role([
          group(9, ['@mona']),
          group(10, ['@hubot']),
          group(11, ['@acme/data'], { after: 'previous' }),
          group(12, ['@acme/security']),
        ]),
      ],
      [
        owners,
        `group 1 of @mona <- ${policyFile}:9 orders-db:read-only/0`,
        `group 1 of @hubot <- ${policyFile}:10 orders-db:read-only/0`,
        `group 1 of @acme/data <- ${policyFile}:11 orders-db:read-only/1`,
        `group 1 of @acme/security <- ${policyFile}:12 orders-db:read-only/1`,
      ],
    ],
    [
      'once where two roles ask the same',
      [role([group(9, ['@acme/data'])]), role([group(19, ['@ACME/data'])], 'admin')],
      [
        owners,
        `group 1 of @acme/data <- ${policyFile}:9 orders-db:read-only/0, ${policyFile}:19 orders-db:admin/0`,
      ],
    ],
    [
      'once for two entries of one role',
      [role([group(9, ['@acme/data'])]), role([group(9, ['@acme/data'])], 'read-only', 'hubot')],
      [owners, `group 1 of @acme/data <- ${policyFile}:9 orders-db:read-only/0`],
    ],
    [
      'twice where one role asks twice',
      [role([group(9, ['@acme/data']), group(10, ['@acme/data'])])],
      [
        owners,
        `group 1 of @acme/data <- ${policyFile}:9 orders-db:read-only/0`,
        `group 1 of @acme/data <- ${policyFile}:10 orders-db:read-only/0`,
      ],
    ],
    [
      'apart where the numbers or the stages differ',
      [
        role([group(9, ['@mona']), group(10, ['@acme/data'], { after: 'previous' })]),
        role([group(19, ['@acme/data']), group(20, ['@mona'], { count: 1 })], 'admin'),
      ],
      [
        owners,
        `group 1 of @mona <- ${policyFile}:9 orders-db:read-only/0, ${policyFile}:20 orders-db:admin/0`,
        `group 1 of @acme/data <- ${policyFile}:10 orders-db:read-only/1`,
        `group 1 of @acme/data <- ${policyFile}:19 orders-db:admin/0`,
      ],
    ],
    [
      'as the whole organization',
      [role([group(9, ['@acme'], { count: 50 })])],
      [owners, `group 50 of @acme <- ${policyFile}:9 orders-db:read-only/0`],
    ],
    [
      'as a secret team without write access: the policy names it',
      [role([group(9, ['@acme/secret'])])],
      [owners, `group 1 of @acme/secret <- ${policyFile}:9 orders-db:read-only/0`],
    ],
  ])('%s', (_, decisions, requirements) => {
    expect(asked(decisions, everything)).toEqual({ requirements, violations: [] });
  });

  test('with the distinctness of their role', () => {
    const decision = added(entry('mona'), { approvals: [group(9, ['@mona'])], distinct: false });
    const { requirements } = requirementsOf(
      [decision],
      { codeowners: parseCodeowners(everything), codeownersFile: 'CODEOWNERS', controlFiles: [] },
      directory,
    );
    expect(requirements.map(({ rules }) => rules[0]?.distinct)).toEqual([false, false]);
  });
});

describe('nobody can approve', () => {
  const file = 'access-requests.yaml';
  test.each<[string, string | null, string]>([
    ['without a CODEOWNERS file', null, `there is no CODEOWNERS file`],
    ['without a line', '/docs/ @mona', `no line of CODEOWNERS covers it`],
    ['without owners', '* @mona\n*.yaml', 'line 2 of CODEOWNERS leaves it without owners'],
    ['as an account that is not there', '* @gone', '@gone (line 1 of CODEOWNERS) cannot own it'],
    ['as the organization', '* @acme', '@acme (line 1 of CODEOWNERS) cannot own it'],
    ['as no member', '* @visitor', '@visitor (line 1 of CODEOWNERS) cannot own it'],
    ['without write access', '* @reader', '@reader (line 1 of CODEOWNERS) cannot own it'],
    ['as a bot', '* @robot', '@robot (line 1 of CODEOWNERS) cannot own it'],
    ['as a team that is not there', '* @acme/gone', '@acme/gone (line 1 of CODEOWNERS) cannot own it'],
    ['as a secret team', '* @acme/secret', '@acme/secret (line 1 of CODEOWNERS) cannot own it'],
    ['as a team that may not write', '* @acme/readers', '@acme/readers (line 1 of CODEOWNERS) cannot own it'],
    ['as a team of nobody', '* @acme/empty', '@acme/empty (line 1 of CODEOWNERS) cannot own it'],
  ])('%s', (_, codeowners, why) => {
    const { requirements, violations } = asked([added(entry('mona'))], codeowners);
    expect(violations).toEqual([`2 nobody-can-approve Nobody can approve a change of ${file}: ${why}.`]);
    expect(requirements, 'it must not be met by being overlooked').toHaveLength(1);
  });

  test('more than there are', () => {
    const approvals = [group(9, ['@hubot', '@acme/empty'], { count: 2 })];
    expect(asked([added(entry('mona'), { approvals })], everything).violations).toEqual([
      '9 nobody-can-approve Nobody can approve orders-db:read-only: fewer than 2 of @hubot, @acme/empty can.',
    ]);
  });

  test('each file that nobody owns, once', () => {
    const decisions = [added(entry('mona'), { policyFile }), added(entry('hubot'), { policyFile })];
    expect(asked(decisions, '').violations).toHaveLength(2);
  });

  test.each(['* @gone @mona', '* docs@acme.com', '* @acme/secret @acme/security'])(
    'does not hold for %j, where one is enough',
    (codeowners) => {
      expect(asked([added(entry('mona'))], codeowners).violations).toEqual([]);
    },
  );
});
