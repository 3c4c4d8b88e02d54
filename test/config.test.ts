import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfig, readDatabase } from '../src/config.ts';
import { complete, folder, operatorFile, pem, privateKey, problems, read, written } from './environment.ts';

describe('a complete environment', () => {
  test('is read, with everything else at its default', () => {
    expect(read()).toEqual({
      app: { id: 4711, privateKey, webhookSecrets: ['a-secret-of-sixteen-or-more'] },
      githubApiUrl: 'https://api.github.com',
      host: 'localhost',
      port: 3000,
      logLevel: 'info',
      database: { url: 'postgres://countersign:hunter2@db.acme.com/countersign' },
      repositories: [
        { id: 123456789, owner: 'acme', repo: 'access', branch: 'main', connections: ['orders-db'] },
      ],
      connections: new Map([
        [
          'orders-db',
          {
            connector: 'postgres',
            url: 'postgres://operator:hunter3@orders.acme.com/orders',
            entitlements: ['orders_*'],
            end_sessions: true,
          },
        ],
      ]),
      removalLimit: { count: 20, share: 0.25 },
    });
  });

  test('gives its own host, port, log level and GitHub', () => {
    const given = {
      HOST: '0.0.0.0',
      PORT: '0',
      LOG_LEVEL: 'debug',
      GITHUB_API_URL: 'https://ghe.acme.com/api/v3',
    };
    expect(read(given)).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      logLevel: 'debug',
      githubApiUrl: 'https://ghe.acme.com/api/v3',
    });
  });

  test('takes an empty variable for one that is not set', () => {
    expect(read({ HOST: '', PORT: '', LOG_LEVEL: '', GITHUB_API_URL: '' })).toEqual(read());
  });

  test('names an embedded database in place of a server', () => {
    const config = read({ DATABASE_URL: undefined }, { embedded: { dataDir: '/data' } });
    expect(config.database).toEqual({ dataDir: '/data' });
  });
});

describe('what is missing', () => {
  test('is named all at once', () => {
    const config = readConfig({ COUNTERSIGN_CONFIG: complete['COUNTERSIGN_CONFIG'] });
    const missing =
      'problems' in config ? config.problems.map((problem) => problem.split(' is missing')[0]) : [];
    expect(missing).toEqual([
      'DATABASE_URL',
      'APP_ID',
      'PRIVATE_KEY (or PRIVATE_KEY_FILE)',
      'WEBHOOK_SECRET',
      'REPOSITORY_ID',
      'ORDERS_DB_URL',
    ]);
  });

  test.each(['DATABASE_URL', 'APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'REPOSITORY_ID', 'ORDERS_DB_URL'])(
    '%s alone is one problem',
    (variable) => {
      expect(problems({ [variable]: '' })).toEqual([expect.stringMatching(`^${variable}\\b.* is missing: `)]);
    },
  );

  test('the file is one problem, with how to name another', () => {
    expect(problems({ COUNTERSIGN_CONFIG: join(folder, 'none.yaml') })).toEqual([
      expect.stringMatching(/none\.yaml can't be read \(ENOENT\): .*COUNTERSIGN_CONFIG/),
    ]);
  });
});

describe('what is wrong', () => {
  test.each([
    ['APP_ID', 'Iv1.abc', 'APP_ID is no number'],
    ['APP_ID', '0', 'APP_ID is no number'],
    ['APP_ID', '12 ', 'APP_ID is no number'],
    ['WEBHOOK_SECRET', 'development', 'WEBHOOK_SECRET is shorter than 16 characters'],
    ['WEBHOOK_SECRET_PREVIOUS', 'short', 'WEBHOOK_SECRET_PREVIOUS is shorter than 16 characters'],
    ['PRIVATE_KEY', 'hunter2', 'PRIVATE_KEY holds no RSA private key in PEM form'],
    ['PRIVATE_KEY', privateKey.slice(0, 400), 'PRIVATE_KEY holds no RSA private key in PEM form'],
    ['DATABASE_URL', 'db.acme.com', 'DATABASE_URL is no URL of a PostgreSQL database'],
    ['DATABASE_URL', 'mysql://db.acme.com/x', 'DATABASE_URL is no URL of a PostgreSQL database'],
    ['DATABASE_URL', 'postgres://u:hunter#2/@db/x', 'DATABASE_URL is no URL of a PostgreSQL database'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL is none of trace, debug'],
    ['PORT', 'http', 'PORT is no port number'],
    ['PORT', '65536', 'PORT is no port number'],
    ['PORT', '-1', 'PORT is no port number'],
    ['PORT', '0x50', 'PORT is no port number'],
    ['PORT', '80.5', 'PORT is no port number'],
    ['GITHUB_API_URL', 'api.github.com', 'GITHUB_API_URL is no URL'],
  ])('%s=%j', (variable, value, problem) => {
    expect(problems({ [variable]: value })).toEqual([expect.stringContaining(problem)]);
  });

  test('all of it is told at once', () => {
    expect(
      problems({ APP_ID: 'x', WEBHOOK_SECRET: 'x', PRIVATE_KEY: 'x', PORT: 'x', ORDERS_DB_URL: '' }),
    ).toHaveLength(5);
  });
});

describe('GitHub is reached over https', () => {
  const tryOut = { embedded: { dataDir: '/data' } };
  const refused = [expect.stringContaining('GITHUB_API_URL must be https')];

  test.each(['http://127.0.0.1:4000', 'http://ghe.acme.com', 'ftp://ghe.acme.com', 'file:///etc/passwd'])(
    '%s is refused in production',
    (url) => expect(problems({ GITHUB_API_URL: url })).toEqual(refused),
  );

  test.each(['http://127.0.0.1:4000', 'http://localhost:4000', 'https://ghe.acme.com'])(
    '%s is taken for trying out',
    (url) => expect(read({ GITHUB_API_URL: url }, tryOut).githubApiUrl).toBe(url),
  );

  test.each(['http://ghe.acme.com', 'http://127.0.0.1.acme.com', 'http://10.0.0.1', 'ftp://localhost'])(
    '%s is refused for trying out as well',
    (url) => expect(problems({ GITHUB_API_URL: url }, tryOut)).toEqual(refused),
  );

  test('a sandbox on this machine may be named by the command line, and nothing else over plain HTTP', () => {
    const githubApiUrl = 'http://127.0.0.1:4000';
    expect(read({}, { githubApiUrl }).githubApiUrl).toBe(githubApiUrl);
    expect(problems({}, { githubApiUrl: 'http://ghe.acme.com' })).toEqual(refused);
  });
});

describe('the private key', () => {
  test.each(['pkcs1', 'pkcs8'] as const)('may be %s', (type) => {
    const key = pem(type);
    expect(read({ PRIVATE_KEY: key }).app.privateKey).toBe(key);
  });

  test('may stand on one line, with its line breaks escaped', () => {
    expect(read({ PRIVATE_KEY: privateKey.replaceAll('\n', '\\n') }).app.privateKey).toBe(privateKey);
  });

  test('may stand in a file', () => {
    const file = { PRIVATE_KEY: '', PRIVATE_KEY_FILE: written('app.pem', privateKey) };
    expect(read(file).app.privateKey).toBe(privateKey);
  });

  test('in a file that is none is a problem of that file', () => {
    const file = { PRIVATE_KEY: '', PRIVATE_KEY_FILE: written('no.pem', 'hunter2') };
    expect(problems(file)).toEqual([expect.stringMatching(/^PRIVATE_KEY_FILE holds no RSA private key/)]);
  });

  test('given for its own file is not quoted', () => {
    expect(problems({ PRIVATE_KEY: '', PRIVATE_KEY_FILE: privateKey })).toEqual([
      expect.stringMatching(
        /^PRIVATE_KEY_FILE can't be read \([A-Z]+\): it names the file that holds the key$/,
      ),
    ]);
  });

  test('of another kind is refused', () => {
    const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = ec.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(problems({ PRIVATE_KEY: key })).toEqual([expect.stringContaining('no RSA private key')]);
  });
});

test('no problem quotes a secret, however wrong it is', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{12,30}$/);
  const shapes = [
    (text: string) => text,
    (text: string) => `postgres://u:${text}@h:x/d`,
    (text: string) => `http://${text}@h/`,
    (text: string) => `-----BEGIN RSA PRIVATE KEY-----\n${text}`,
    (text: string) => `${text}: [${text}`,
  ];
  const value = fc
    .tuple(secret, fc.constantFrom(...shapes))
    .map(([text, shape]) => ({ text, value: shape(text) }));
  const variables = [
    'DATABASE_URL',
    'PRIVATE_KEY',
    'WEBHOOK_SECRET',
    'GITHUB_API_URL',
    'ORDERS_DB_URL',
    'APP_ID',
  ];
  fc.assert(
    fc.property(fc.array(value, { minLength: 7, maxLength: 7 }), fc.boolean(), (values, inFile) => {
      const given = Object.fromEntries(
        variables.map((variable, index) => [variable, values[index]?.value ?? '']),
      );
      const [last] = values.slice(-1);
      const inline = written(
        'secret.yaml',
        operatorFile.replace('${ORDERS_DB_URL}', JSON.stringify(last?.value)),
      );
      const told = problems({
        ...given,
        ...(inFile && {
          COUNTERSIGN_CONFIG: inline,
          PRIVATE_KEY: '',
          PRIVATE_KEY_FILE: given['PRIVATE_KEY'],
        }),
      }).join('\n');
      expect(told).not.toBe('');
      for (const { text } of values) expect(told).not.toContain(text);
    }),
  );
});

test('the database alone can be asked for', () => {
  expect(readDatabase(complete)).toEqual({ url: complete['DATABASE_URL'] });
  expect(readDatabase({}, '/data')).toEqual({ dataDir: '/data' });
  expect(readDatabase({})).toEqual({ problems: [expect.stringContaining('DATABASE_URL is missing')] });
});
