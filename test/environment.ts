import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type Config, type ConfigOptions, type Environment } from '../src/config.ts';

/** A folder for the files of the tests that run in this process. */
export const folder = mkdtempSync(join(tmpdir(), 'config-'));
process.once('exit', () => rmSync(folder, { recursive: true }));

export function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

export function pem(type: 'pkcs1' | 'pkcs8'): string {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return key.export({ type, format: 'pem' }).toString();
}

export const privateKey = pem('pkcs1');

export const operatorFile = `repositories:
  - id: \${REPOSITORY_ID}
    name: acme/access
    branch: main
    connections: [orders-db]
connections:
  orders-db:
    connector: postgres
    url: \${ORDERS_DB_URL}
    entitlements: ["orders_*"]
`;

/** Everything that the app needs to be told. */
export const complete: Environment = {
  DATABASE_URL: 'postgres://countersign:hunter2@db.acme.com/countersign',
  APP_ID: '4711',
  PRIVATE_KEY: privateKey,
  WEBHOOK_SECRET: 'a-secret-of-sixteen-or-more',
  COUNTERSIGN_CONFIG: written('countersign.yaml', operatorFile),
  REPOSITORY_ID: '123456789',
  ORDERS_DB_URL: 'postgres://operator:hunter3@orders.acme.com/orders',
};

/** The configuration of the complete environment, with what is changed. */
export function read(changed: Environment = {}, options: ConfigOptions = {}): Config {
  const config = readConfig({ ...complete, ...changed }, options);
  if ('problems' in config) throw new Error(config.problems.join('\n'));
  return config;
}

/** What is wrong with the complete environment, once it is changed. */
export function problems(changed: Environment, options: ConfigOptions = {}): readonly string[] {
  const config = readConfig({ ...complete, ...changed }, options);
  return 'problems' in config ? config.problems : [];
}
