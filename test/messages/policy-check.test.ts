import { describe, expect, test } from 'vitest';
import type { Assessment } from '../../src/approvals/assessment.ts';
import { policyCheck } from '../../src/messages/policy-check.ts';
import type { Decision } from '../../src/policies/decision.ts';
import { changeSet } from '../../src/requests/change-set.ts';
import { evaluate } from '../../src/policies/evaluate.ts';
import { expand } from '../../src/requests/expand.ts';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';
import { hasErrors, sortViolations } from '../../src/requests/violation.ts';
import { group, owners } from '../approvals/approval-fixtures.ts';
import {
  connectors,
  directory,
  entryText,
  identities,
  mona,
  now,
  policiesOf,
  resourceText,
} from '../policies/acme.ts';
import { asDocument } from './check-document.ts';

const { policies } = policiesOf({
  'identities.yaml': `${identities}service_accounts: [{ name: deploy-bot, owner: "@mona", names: { db: deploy_bot } }]\n`,
  'resources/db.yaml': resourceText(
    'default_duration: 1h',
    'min_duration: 15m',
    'requesters: ["@acme/engineering"]',
    'principals: ["@mona", "@Hubot", "@acme/engineering", "service_account:deploy-bot"]',
    'reason: { pattern: "[A-Z].*", hint: "a sentence, such as Stuck orders" }',
  ),
});

/** What the policy says to a pull request that turns one requests file into another. */
function assessed(before: string, after: string): Assessment {
  const entries = (text: string) =>
    expand(parseRequestsFile('access-requests.yaml', text).entries, policies.templates).entries;
  const connections = new Map([['db', { connector: 'database', entitlements: ['*'] }]]);
  const context = { policies, connectors, directory, requester: mona, now, connections };
  const decisions: Decision[] = changeSet(entries(before), entries(after)).map((change) =>
    evaluate(change, context),
  );
  const violations = sortViolations(decisions.flatMap((decision) => decision.violations));
  const grants = decisions.some(({ request }) => request !== undefined);
  return {
    decisions,
    violations,
    allowed: !hasErrors(violations),
    changes: [],
    digest: null,
    reviewRequirements: [],
    waived: new Map(),
    controlFiles: [],
    codeownersFile: '.github/CODEOWNERS',
    codeownersErrors: [],
    otherFiles: new Map(),
    requirements: grants ? [owners('@acme/data-owners'), group('@acme/security @sue', { count: 2 })] : [],
  };
}

const none = 'requests: []\n';
const entry = (...keys: string[]) =>
  entryText(...(keys.some((key) => key.startsWith('reason')) ? [] : ['reason: Stuck orders']), ...keys);
const together = (...texts: string[]) =>
  `requests:\n${texts.map((text) => text.replace('requests:\n', '')).join('')}`;

async function golden(name: string, before: string, after: string): Promise<void> {
  const document = asDocument(policyCheck(assessed(before, after), policies, now));
  await expect(document).toMatchFileSnapshot(`golden/policy-check/${name}.md`);
}

describe('access/policy says', () => {
  test.each<[name: string, before: string, after: string]>([
    ['one-violation', none, entry('duration: 30d')],
    [
      'several-violations',
      none,
      together(
        entry('duration: 30d', 'reason: because'),
        entry('user: ghost', 'duration: 5m'),
        entry('role: rw'),
        entry('user: hubot'),
      ),
    ],
    ['one-grant', none, entry('duration: 4h')],
    [
      'several-grants',
      none,
      together(
        entry('duration: 4h', 'ticket: INC-4312'),
        entry('user: hubot', 'until: 2026-11-23T18:00:00Z', 'reason: "Look | into `orders`"'),
        entry('service_account: deploy-bot', 'duration: 1h', 'starts: 2026-11-24T09:00:00Z').replace(
          '    user: mona\n',
          '',
        ),
      ),
    ],
    ['extension', entry('duration: 2h'), entry('duration: 8h')],
    ['grant-and-removal', entry('user: mona'), entry('service_account: deploy-bot')],
    ['removal', entry(), none],
    ['nothing-touched', entry(), entry()],
    ['reason-edited', entry('duration: 2h'), entry('duration: 2h', 'reason: Stuck orders again')],
  ])('%s', golden);
});

test('what GitHub would not take is shortened, and says so', () => {
  const one = assessed(none, entry('duration: 30d'));
  // An emoji is two characters and four bytes.
  const many = one.violations.flatMap((found) =>
    Array.from({ length: 900 }, (_, line) => ({ ...found, line, message: `${'💥'.repeat(40)} \`x\`.` })),
  );
  const { summary, conclusion, annotations } = policyCheck({ ...one, violations: many }, policies, now);
  expect(conclusion).toBe('failure');
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535);
  expect(summary).toMatch(/… and more: see `countersign validate` in a checkout\.$/);
  expect(annotations).toHaveLength(900);
  for (const line of summary.split('\n').slice(2, -2)) expect(line).toMatch(/`x`\. Ask for 8h or less; /);
});
