import { afterEach, describe, expect, test, vi } from 'vitest';
import { startCommand } from '../../src/cli/start.ts';
import { complete } from '../environment.ts';
import { countersign, run } from './run.ts';

afterEach(() => vi.unstubAllEnvs());

function given(changed: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries({ ...complete, ...changed })) vi.stubEnv(name, value);
}

describe('start', () => {
  test('without settings names all of them, and exits 1', async () => {
    const { code, out, err } = await countersign(['start']).ended;
    expect([code, out]).toEqual([1, '']);
    for (const name of ['DATABASE_URL', 'APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET'])
      expect(err).toMatch(new RegExp(`^  - ${name}\\b.* is missing: `, 'm'));
  });

  test.each(['DATABASE_URL', 'APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET'])(
    'without %s names it alone',
    async (name) => {
      given({ [name]: '' });
      const { code, err } = await run(startCommand());
      expect(code).toBe(1);
      expect(err.split('\n').slice(1)).toEqual([
        expect.stringMatching(new RegExp(`^  - ${name}\\b.* is missing: `)),
      ]);
    },
  );

  test('refuses plain HTTP to GitHub', async () => {
    given({ GITHUB_API_URL: 'http://127.0.0.1:4000' });
    const { code, err } = await run(startCommand());
    expect(code).toBe(1);
    expect(err).toContain('GITHUB_API_URL must be https');
  });

  test('--github takes the place of GITHUB_API_URL, and is held to the same', async () => {
    given({ GITHUB_API_URL: 'https://github.acme.com/api/v3' });
    const { code, err } = await run(startCommand(), '--github', 'http://github.acme.com');
    expect([code, err]).toEqual([1, expect.stringContaining('GITHUB_API_URL must be https')]);
  });

  test.each([
    [['--embedded'], '--embedded needs --data DIR'],
    [['--data', '/nowhere'], '--data goes with --embedded'],
  ])('%j is not enough', async (args, message) => {
    const { code, err } = await run(startCommand(), ...args);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  test('says what to do about a database that does not answer, and never its password', async () => {
    given({ DATABASE_URL: 'postgres://countersign:hunter2@127.0.0.1:1/countersign' });
    const { code, err } = await run(startCommand());
    expect(code).toBe(2);
    expect(err).toMatch(
      /^The database does not answer: is it running, and is DATABASE_URL right\?\n {2}connect ECONNREFUSED/,
    );
    expect(err).not.toContain('hunter2');
  });
});
