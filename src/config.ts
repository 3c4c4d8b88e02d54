import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { connectionConfig, type ConnectionConfig } from './connectors/registry.ts';

/** A requests repository that the operator bound: the id decides, the name says where to find it. */
export interface BoundRepository {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  /** The connections that its policies may name. */
  readonly connections: readonly string[];
}

/** Everything the app is told from outside. Secrets are in here: it is never printed. */
export interface Config {
  readonly app: { readonly id: number; readonly privateKey: string; readonly webhookSecret: string };
  readonly githubApiUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly database: { readonly url: string } | { readonly dataDir: string };
  readonly repositories: readonly BoundRepository[];
  readonly connections: ReadonlyMap<string, ConnectionConfig>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** All that keeps the app from starting, a line each, none of them with a secret in it. */
export interface ConfigProblems {
  readonly problems: readonly string[];
}

export interface ConfigOptions {
  /** Try-out: an embedded database in this folder takes the place of `DATABASE_URL`, and GitHub may be a sandbox on this machine. */
  readonly embedded?: { readonly dataDir: string };
}

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63');
const operatorFile = z.strictObject({
  repositories: z
    .array(
      z.strictObject({
        // From the environment it comes as text.
        id: z.coerce.number().int().positive(),
        name: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name'),
        branch: z.string().min(1).default('main'),
        connections: z.array(name).default([]),
      }),
    )
    .min(1),
  connections: z.record(name, connectionConfig).default({}),
  removal_limit: z
    .strictObject({ count: z.int().positive(), share: z.number().positive().max(1) })
    .optional(),
});

/** Reads the environment and the operator's file (`COUNTERSIGN_CONFIG`): a configuration, or all its problems at once. */
export function readConfig(env: Environment, options: ConfigOptions = {}): Config | ConfigProblems {
  const problems: string[] = [];
  const required = (key: string, purpose: string): string => {
    const value = env[key];
    if (!value) problems.push(`${key} is missing: ${purpose}`);
    return value ?? '';
  };
  const embedded = options.embedded;
  const databaseUrl = embedded ? '' : required('DATABASE_URL', 'the PostgreSQL database, postgres://…');
  const appId = required('APP_ID', "the GitHub App's id, a number");
  if (appId && !/^[1-9][0-9]*$/.test(appId)) problems.push('APP_ID is not a number');
  const privateKey = readPrivateKey(env, problems);
  const webhookSecret = required('WEBHOOK_SECRET', "the secret that the App's webhooks are signed with");
  const githubApiUrl = env['GITHUB_API_URL'] ?? 'https://api.github.com';
  checkApiUrl(githubApiUrl, embedded !== undefined, problems);
  const port = Number(env['PORT'] ?? '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    problems.push('PORT is not a port number (0 to 65535)');
  const file = readOperatorFile(env, problems);
  if (problems.length > 0 || !file) return { problems };

  return {
    app: { id: Number(appId), privateKey, webhookSecret },
    githubApiUrl,
    host: env['HOST'] ?? 'localhost',
    port,
    logLevel: env['LOG_LEVEL'] ?? 'info',
    database: embedded ? { dataDir: embedded.dataDir } : { url: databaseUrl },
    repositories: file.repositories.map(({ id, name: fullName, branch, connections }) => {
      const [owner = '', repo = ''] = fullName.split('/');
      return { id, owner, repo, branch, connections };
    }),
    connections: new Map(Object.entries(file.connections)),
  };
}

function readPrivateKey(env: Environment, problems: string[]): string {
  const inline = env['PRIVATE_KEY'];
  // Many secret stores hand a key over on one line, with its line breaks escaped.
  if (inline) return inline.replaceAll('\\n', '\n');
  const file = env['PRIVATE_KEY_FILE'];
  if (!file) {
    problems.push("PRIVATE_KEY (or PRIVATE_KEY_FILE) is missing: the GitHub App's private key, PEM");
    return '';
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(`PRIVATE_KEY_FILE can't be read: ${(error as Error).message}`);
    return '';
  }
}

function checkApiUrl(text: string, tryOut: boolean, problems: string[]): void {
  if (!URL.canParse(text)) return void problems.push('GITHUB_API_URL is not a URL');
  const url = new URL(text);
  const loopback = url.hostname === '127.0.0.1' || url.hostname === 'localhost';
  if (url.protocol === 'https:' || (tryOut && loopback && url.protocol === 'http:')) return;
  problems.push(
    `GITHUB_API_URL must be https (it is ${url.protocol}//${url.host}); a sandbox on this machine takes: countersign start --embedded`,
  );
}

function readOperatorFile(env: Environment, problems: string[]): z.output<typeof operatorFile> | undefined {
  const path = env['COUNTERSIGN_CONFIG'] ?? 'countersign.yaml';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    problems.push(
      `${path} can't be read: the operator's file, which binds repositories to connections (COUNTERSIGN_CONFIG)`,
    );
    return undefined;
  }
  const missing = new Set<string>();
  let raw: unknown;
  try {
    raw = withEnvironment(parse(text), env, missing);
  } catch (error) {
    problems.push(`${path} is not YAML: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
  problems.push(...[...missing].map((key) => `${key} is missing: ${path} names it as \${${key}}`));
  const { data, error } = operatorFile.safeParse(raw);
  if (!data) {
    problems.push(
      ...error.issues.map((issue) => `${path}: ${issue.path.join('.') || 'the file'}: ${issue.message}`),
    );
    return undefined;
  }
  const unknown = data.repositories.flatMap(({ name: repository, connections }) =>
    connections
      .filter((connection) => !(connection in data.connections))
      .map(
        (connection) => `${path}: ${repository} is bound to ${connection}, which is not under connections`,
      ),
  );
  problems.push(...unknown);
  return data;
}

/** Replaces `${NAME}` in every string value: after parsing, so that a secret can't change the file's structure. */
function withEnvironment(value: unknown, env: Environment, missing: Set<string>): unknown {
  if (typeof value === 'string')
    return value.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, key: string) => {
      const found = env[key];
      if (!found) missing.add(key);
      return found ?? '';
    });
  if (Array.isArray(value)) return value.map((inner) => withEnvironment(inner, env, missing));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withEnvironment(inner, env, missing)]),
  );
}
