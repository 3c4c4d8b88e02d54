import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Environment } from '../src/config.ts';
import { operatorFile, problems, read, written } from './environment.ts';

/** The problems of an operator's file, without its path. */
function problemsOfFile(text: string, changed: Environment = {}): string[] {
  const path = written('other.yaml', text);
  return problems({ COUNTERSIGN_CONFIG: path, ...changed }).map((problem) =>
    problem.replaceAll(path, 'FILE'),
  );
}

const bound = 'repositories:\n  - { id: 7, name: acme/access }\n';

test.each([
  [
    'an unknown key',
    `${bound}conections: {}\n`,
    'FILE:3:1: conections: unknown key. Did you mean `connections`?',
  ],
  [
    'an unknown key of a repository',
    'repositories:\n  - id: 7\n    name: acme/access\n    brunch: main\n',
    'FILE:4:5: repositories.0.brunch: unknown key. Did you mean `branch`?',
  ],
  [
    'an unknown key of a connection',
    `${bound}connections:\n  db:\n    connector: postgres\n    uri: x\n    url: postgres://db/x\n    entitlements: [a]\n`,
    'FILE:6:5: connections.db.uri: unknown key. Did you mean `url`?',
  ],
  ['no repository', 'repositories: []\n', 'FILE:1:15: repositories: at least one repository'],
  [
    'a name without its owner',
    'repositories:\n  - id: 7\n    name: access\n',
    'FILE:3:11: repositories.0.name: write it as owner/name',
  ],
  [
    'an id that is no number',
    'repositories:\n  - id: seven\n    name: acme/access\n',
    "FILE:2:9: repositories.0.id: the repository's id, a number",
  ],
  [
    'a connector that is not known',
    `${bound}connections:\n  db: { connector: oracle }\n`,
    'FILE:4:20: connections.db.connector: connector is missing or is not known',
  ],
  [
    'a name that is not allowed',
    `${bound}connections:\n  Orders_DB: { connector: postgres, url: "postgres://db/x", entitlements: [a] }\n`,
    'FILE:4:14: connections.Orders_DB: a name has lower-case letters, digits and hyphens, at most 63',
  ],
  [
    'a URL of something else',
    `${bound}connections:\n  db: { connector: postgres, url: "https://hunter2@db/x", entitlements: [a] }\n`,
    'FILE:4:35: connections.db.url: postgres://user:password@host/database',
  ],
  [
    'a connection that is not there',
    'repositories:\n  - { id: 7, name: acme/access, connections: [ordersdb] }\nconnections:\n  orders-db: { connector: postgres, url: "postgres://db/x", entitlements: [a] }\n',
    'FILE:2:47: repositories.0.connections.0: acme/access is bound to ordersdb, which is not under connections. Did you mean `orders-db`?',
  ],
  [
    'a repository that is bound twice',
    'repositories:\n  - { id: 7, name: acme/access }\n  - { id: 7, name: acme/others }\n',
    'FILE:3:11: repositories.1.id: this id is bound twice',
  ],
  ['a key twice', `${bound}repositories: []\n`, 'FILE:3:1: duplicate-key. Keep one of the two.'],
])('%s is told with its place', (_, text, problem) => {
  expect(problemsOfFile(text)).toEqual([problem]);
});

test('that is no YAML is told with the place and without its text', () => {
  const [problem, ...more] = problemsOfFile(`${bound}connections: {db: "hunter2\n`);
  expect(more).toEqual([]);
  expect(problem).toMatch(/^FILE:\d+:\d+: yaml-syntax\. Correct it; /);
});

test('takes variables after it was parsed, so that a value changes no structure', () => {
  const injected = 'postgres://db/x\n    end_sessions: false\n    # "';
  const { connections } = read({ ORDERS_DB_URL: `postgres://db/${encodeURIComponent(injected)}` });
  expect(connections.get('orders-db')).toMatchObject({ end_sessions: true });
  expect(problems({ REPOSITORY_ID: '7\n    branch: evil' })).toEqual([
    expect.stringContaining("repositories.0.id: the repository's id, a number"),
  ]);
});

test('may hold several variables in one value, and a variable in none that is not written as one', () => {
  const text = operatorFile.replace('${ORDERS_DB_URL}', 'postgres://${DB_USER}:${DB_PASSWORD}@db/$HOME');
  const path = written('parts.yaml', text);
  const config = read({ COUNTERSIGN_CONFIG: path, DB_USER: 'op', DB_PASSWORD: '$&' });
  expect(config.connections.get('orders-db')).toMatchObject({ url: 'postgres://op:$&@db/$HOME' });
});

test('shows its other problems beside a variable that is missing', () => {
  const text = operatorFile.replace('name: acme/access', 'name: access');
  expect(problemsOfFile(text, { ORDERS_DB_URL: '' })).toEqual([
    'ORDERS_DB_URL is missing: FILE names it as ${ORDERS_DB_URL}',
    'FILE:3:11: repositories.0.name: write it as owner/name',
  ]);
});

test('of the demo is complete', () => {
  const path = join(import.meta.dirname, '../countersign.yaml');
  const variables = [...readFileSync(path, 'utf8').matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => variable);
  expect(new Set(variables)).toEqual(new Set(['NAME', 'ORDERS_DB_URL', 'REQUESTS_REPOSITORY_ID']));
  const config = read({ COUNTERSIGN_CONFIG: path, REQUESTS_REPOSITORY_ID: '7' });
  expect([...config.connections.keys()]).toEqual(['orders-db', 'acme-teams']);
});
