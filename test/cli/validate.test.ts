import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { validateCommand } from '../../src/cli/validate.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const starterSet = fileURLToPath(new URL('../../access-policies', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validate-'));
  await cp(starterSet, join(folder, 'access-policies'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string | Uint8Array) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Runs the command as a process of its own. */
function countersign(...args: string[]) {
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [main, ...args], (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err }),
    );
  });
}

/** Runs the command in this process: what it prints, and its exit code. */
async function validate(...args: string[]) {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await validateCommand().parseAsync([folder, '--at', '2026-11-23T10:00:00Z', ...args], { from: 'user' });
    const printed = (stream: typeof out) => stream.mock.calls.map(([text]) => String(text)).join('');
    return { out: printed(out), err: printed(err), code: process.exitCode };
  } finally {
    out.mockRestore();
    err.mockRestore();
    process.exitCode = undefined;
  }
}

const request = (...keys: string[]) =>
  `requests:\n  - user: mona\n    resource: orders-db\n    role: read-only\n    ${keys.join('\n    ')}\n    reason: "INC-4312: stuck orders"\n`;

test('the starter set is without a fault, and so is a request by it', async () => {
  await write('access-requests.yaml', request('duration: 4h'));
  const { code, out, err } = await validate();
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(err.split('\n')).toEqual([
    'not checked: whether whoever opens the pull request may ask for read-only on orders-db',
    'not checked: whether each user that would receive read-only on orders-db is there, may receive it and has a name on orders-db',
    'not checked: whether the app binds the connection orders-db to this repository, and what it may give there',
    'not checked: who owns these files (countersign owners PATH… says it)',
    '1 requests files, 5 policy files: nothing is wrong',
    '',
  ]);
});

test('thirty days are too long, at the line and column of the duration', async () => {
  await write('access-requests.yaml', request('duration: 30d'));
  const { code, out } = await validate();
  expect(code).toBe(1);
  expect(out).toBe(
    'access-requests.yaml:5:15 duration-too-long The entry asks for read-only for 30d; at most 8h is allowed.\n' +
      '    Ask for 8h or less; a grant that runs can be extended.\n',
  );
});

test('an entry with a flaw is told what else is wrong with it, and not what it may only seem to lack', async () => {
  const flawed = [
    'requests:',
    '  - { user: mona, resource: orders-dbb, role: admin, duration: 4 hours, reason: help }',
    '  - { user: mona, resource: orders-db, role: drop, reason: "INC-1: x", foo: 1 }',
    '  - { user: mona, resource: orders-db, role: read-only, duration: 30d }',
    '  - { user: mona, resource: orders-db, role: admin, ticket: 7, reason: "INC-1: x" }',
    '  - { user: mona, template: nope, duration: 4 hours, reason: "INC-1: x" }',
  ];
  await write('access-requests.yaml', `${flawed.join('\n')}\n`);
  const { out } = await validate('--json');
  const found = (JSON.parse(out) as { line: number; column: number; code: string }[]).map(
    ({ line, column, code }) => `${line}:${column} ${code}`,
  );
  expect(found).toEqual([
    '2:29 unknown-resource',
    '2:64 invalid-duration',
    '3:46 off-limits',
    '3:72 unknown-key',
    '4:5 missing-key',
    '4:67 duration-too-long',
    '5:61 wrong-type',
    '6:29 unknown-template',
    '6:45 invalid-duration',
  ]);
});

describe('what is wrong, and where', () => {
  test.each([
    [
      'access-requests/a.yaml',
      request('duration: 4h').replace('orders-db', 'order-db'),
      ['access-requests/a.yaml:3:15 unknown-resource'],
    ],
    [
      'access-requests/a.yaml',
      request('duration: 4h').replace('read-only', 'drop'),
      ['access-requests/a.yaml:4:11 off-limits'],
    ],
    [
      'access-requests/a.yaml',
      request('duration: 4h').replace('INC', 'no'),
      ['access-requests/a.yaml:6:13 reason-mismatch'],
    ],
    [
      'access-requests/a.yaml',
      request('duration: 4h', 'starts: 2027-11-23T09:00:00Z'),
      ['access-requests/a.yaml:6:13 too-far-ahead'],
    ],
    ['access-requests/a.yml', request('duration: 4h'), ['access-requests/a.yml:1:1 wrong-extension']],
    ['ACCESS-REQUESTS/a.yaml', request('duration: 4h'), ['ACCESS-REQUESTS/a.yaml:1:1 wrong-extension']],
    ['access-requests.yaml', '', ['access-requests.yaml:1:1 missing-key']],
    ['access-requests.yaml', 'requests: [', ['access-requests.yaml:1:12 yaml-syntax']],
    ['access-requests.yaml', Uint8Array.of(0xff, 0xfe, 0x00), ['access-requests.yaml:1:1 yaml-syntax']],
    [
      'access-policies/resources/other.yaml',
      'resource: otter',
      [
        'access-policies/resources/other.yaml:1:1 missing-key',
        'access-policies/resources/other.yaml:1:1 missing-key',
      ],
    ],
    [
      'access-policies/resource/orders-db.yaml',
      'x',
      ['access-policies/resource/orders-db.yaml:1:1 wrong-extension'],
    ],
    ['access-requests.yaml/notes.md', 'x', ['access-requests.yaml:1:1 not-a-regular-file']],
    ['README.md', 'x', []],
    ['access-requests/README.md', 'x', []],
    ['src/access-requests.yml', 'x', []],
  ])('%s', async (path, text, expected) => {
    await write(path, text);
    const { out, code } = await validate('--json');
    const violations = JSON.parse(out) as { file: string; line: number; column: number; code: string }[];
    expect(violations.map((each) => `${each.file}:${each.line}:${each.column} ${each.code}`)).toEqual(
      expected,
    );
    expect(code).toBe(expected.length > 0 ? 1 : 0);
  });

  test('links, wherever they lead', async () => {
    await write('elsewhere/a.yaml', request('duration: 4h'));
    await symlink('elsewhere', join(folder, 'access-requests'));
    await symlink('elsewhere/a.yaml', join(folder, 'access-requests.yaml'));
    await symlink('/nowhere', join(folder, 'access-policies/tests'));
    const { out } = await validate('--json');
    expect(JSON.parse(out)).toMatchObject(
      ['access-policies/tests', 'access-requests', 'access-requests.yaml'].map((file) => ({
        file,
        code: 'not-a-regular-file',
      })),
    );
  });

  test('one request in two files', async () => {
    await write('access-requests.yaml', request('duration: 4h'));
    await write('access-requests/a.yaml', request('duration: 4h'));
    const { out } = await validate();
    expect(out).toContain(
      'access-requests/a.yaml:2:5 duplicate-request user mona asks for read-only on orders-db already at access-requests.yaml:2.',
    );
  });
});

test('--json prints the array of the formats', async () => {
  await write('access-requests.yaml', request('duration: 30d'));
  const { out } = await validate('--json');
  expect(JSON.parse(out)).toEqual([
    {
      file: 'access-requests.yaml',
      line: 5,
      column: 15,
      code: 'duration-too-long',
      message: 'The entry asks for read-only for 30d; at most 8h is allowed.',
      remedy: 'Ask for 8h or less; a grant that runs can be extended.',
      severity: 'error',
    },
  ]);
});

test('what is valid now may be frozen at Christmas', async () => {
  await write(
    'access-requests.yaml',
    request('duration: 1h').replace('read-only', 'admin').replace('reason', 'ticket: INC-1\n    reason'),
  );
  expect((await validate()).code).toBe(0);
  expect((await validate('--at', '2026-12-25T10:00:00Z')).out).toContain('2:5 frozen');
});

test.each([
  [['validate', '/nowhere/at/all'], '/nowhere/at/all cannot be read: there is nothing of that name\n'],
  [['validate', main], `${main} cannot be read: it is not a folder\n`],
  [['validate', dirname(main)], 'holds neither access requests nor policies: expected access-requests.yaml'],
  [['validate', '--at', 'noon'], '--at noon is no instant'],
  [['validate', '--bogus'], "unknown option '--bogus'"],
])('%j could not run, and exits 2', async (args, problem) => {
  const { code, out, err } = await countersign(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(problem);
});

test('--help shows an example', async () => {
  const { code, out } = await countersign('validate', '--help');
  expect(code).toBe(0);
  expect(out).toContain('countersign validate ../access --at');
});
