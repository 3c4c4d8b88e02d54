import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAppProcess, type AppProcess } from '../../crash/app-process.ts';
import { freePort } from '../../crash/free-port.ts';
import { operatorFile } from '../../crash/organization.ts';
import type { Environment } from '../../src/config.ts';

export interface BenchApp {
  readonly url: string;
  readonly process: AppProcess;
  /** From the start of the process until it is ready, in milliseconds. */
  readonly started: number;
  stop(): Promise<void>;
}

/** What an app needs to know of the GitHub that it is installed on. */
export interface Identity {
  readonly id: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
}

/** Where nobody asks whether it really is one. */
export function inventedIdentity(): Identity {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    id: 1,
    privateKey: String(privateKey.export({ type: 'pkcs1', format: 'pem' })),
    webhookSecret: 'the secret of the bench',
  };
}

export interface AppSetting {
  readonly identity: Identity;
  readonly repositoryId: number;
  readonly databaseUrl: string;
  readonly targetUrl: string;
  readonly githubUrl: string;
}

/** The environment of the app, with its operator's file in a folder. */
export async function environmentFor(
  { identity, repositoryId, databaseUrl, targetUrl }: AppSetting,
  folder: string,
): Promise<Environment> {
  const operatorPath = join(folder, 'countersign.yaml');
  await writeFile(operatorPath, operatorFile);
  return {
    APP_ID: String(identity.id),
    PRIVATE_KEY: identity.privateKey,
    WEBHOOK_SECRET: identity.webhookSecret,
    COUNTERSIGN_CONFIG: operatorPath,
    REQUESTS_REPOSITORY_ID: String(repositoryId),
    DATABASE_URL: databaseUrl,
    ORDERS_DB_URL: targetUrl,
    LOG_LEVEL: process.env['BENCH_LOG'] ?? 'fatal',
    ...(process.env['BENCH_NODE_OPTIONS'] ? { NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] } : {}),
    NODE_COMPILE_CACHE: join(tmpdir(), 'countersign-bench-compiled'),
  };
}

/** Starts the app as an operator does, as a process of its own. */
export async function startBenchApp(setting: AppSetting): Promise<BenchApp> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const [env, port] = await Promise.all([environmentFor(setting, folder), freePort()]);
  const begun = performance.now();
  const running = await startAppProcess({
    args: ['--github', setting.githubUrl],
    env,
    port,
    betweenLives: async () => undefined,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    process: running,
    started: performance.now() - begun,
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
