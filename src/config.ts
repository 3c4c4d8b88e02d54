import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConnectionConfig } from './connectors/registry.ts';
import { readOperatorFile, type OperatorFile } from './operator-file.ts';

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
  readonly app: {
    readonly id: number;
    readonly privateKey: string;
    /** The one in force, and during a rotation the one before. */
    readonly webhookSecrets: readonly [string, ...string[]];
  };
  readonly githubApiUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly database: DatabaseSetting;
  readonly repositories: readonly BoundRepository[];
  readonly connections: ReadonlyMap<string, ConnectionConfig>;
  readonly removalLimit: OperatorFile['removal_limit'];
}

export type DatabaseSetting = { readonly url: string } | { readonly dataDir: string };

export type Environment = Readonly<Record<string, string | undefined>>;

/** What this process was started with. Nothing else in the app reads it. */
export const environment: Environment = process.env;

/** All that keeps the app from starting, a line each. None quotes a value that may be a secret, however wrong it is. */
export interface ConfigProblems {
  readonly problems: readonly string[];
}

export interface ConfigOptions {
  /** Try-out: an embedded database in this folder takes the place of `DATABASE_URL`, and GitHub may be a sandbox on this machine. */
  readonly embedded?: { readonly dataDir: string };
  /** Takes the place of `GITHUB_API_URL`: whoever names it may name a sandbox on this machine. */
  readonly githubApiUrl?: string;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads the environment and the operator's file (`COUNTERSIGN_CONFIG`): a configuration, or all its problems at once. */
export function readConfig(env: Environment, options: ConfigOptions = {}): Config | ConfigProblems {
  const dataDir = options.embedded?.dataDir;
  const database = readDatabase(env, dataDir);
  const appId = env['APP_ID'] ?? '';
  const privateKey = readPrivateKey(env);
  const webhookSecret = env['WEBHOOK_SECRET'] ?? '';
  const previousSecret = env['WEBHOOK_SECRET_PREVIOUS'] ?? '';
  const githubApiUrl = options.githubApiUrl ?? (env['GITHUB_API_URL'] || 'https://api.github.com');
  const tryOut = dataDir !== undefined || options.githubApiUrl !== undefined;
  const port = env['PORT'] || '3000';
  const logLevel = env['LOG_LEVEL'] || 'info';
  const file = readOperatorFile(env['COUNTERSIGN_CONFIG'] || 'countersign.yaml', env);
  const problems = [
    ...problemsOf(database),
    ...appIdProblems(appId),
    ...problemsOf(privateKey),
    ...secretProblems(webhookSecret),
    ...(previousSecret === '' ? [] : lengthProblems('WEBHOOK_SECRET_PREVIOUS', previousSecret)),
    ...apiUrlProblems(githubApiUrl, tryOut),
    ...(isPort(port) ? [] : ['PORT is no port number: 0 to 65535, where 0 takes a free one']),
    ...(logLevels.includes(logLevel) ? [] : [`LOG_LEVEL is none of ${logLevels.join(', ')}`]),
    ...problemsOf(file),
  ];
  if ('problems' in database || 'problems' in privateKey || 'problems' in file || problems.length > 0)
    return { problems };

  return {
    app: {
      id: Number(appId),
      privateKey: privateKey.pem,
      webhookSecrets: previousSecret === '' ? [webhookSecret] : [webhookSecret, previousSecret],
    },
    githubApiUrl,
    host: env['HOST'] || 'localhost',
    port: Number(port),
    logLevel,
    database,
    repositories: file.repositories.map(({ id, name, branch, connections }) => {
      const [owner = '', repo = ''] = name.split('/');
      return { id, owner, repo, branch, connections };
    }),
    connections: new Map(Object.entries(file.connections)),
    removalLimit: file.removal_limit,
  };
}

/** Where the database is: in the folder, where one is named, or on the server of `DATABASE_URL`. */
export function readDatabase(env: Environment, dataDir?: string): DatabaseSetting | ConfigProblems {
  if (dataDir !== undefined) return { dataDir };
  const url = env['DATABASE_URL'];
  if (!url) return { problems: ['DATABASE_URL is missing: the PostgreSQL database, postgres://…'] };
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return { url };
  return {
    problems: [
      'DATABASE_URL is no URL of a PostgreSQL database: postgres://user:password@host/database, with # and / in a password written as %23 and %2F',
    ],
  };
}

function readPrivateKey(env: Environment): { readonly pem: string } | ConfigProblems {
  const variable = env['PRIVATE_KEY'] ? 'PRIVATE_KEY' : 'PRIVATE_KEY_FILE';
  const value = env[variable];
  if (!value)
    return { problems: ["PRIVATE_KEY (or PRIVATE_KEY_FILE) is missing: the GitHub App's private key, PEM"] };
  let pem: string;
  try {
    // Many secret stores hand a key over on one line, with its line breaks escaped.
    pem = variable === 'PRIVATE_KEY' ? value.replaceAll('\\n', '\n') : readFileSync(value, 'utf8');
  } catch (error) {
    // The value is not quoted: it may be the key itself.
    const because = (error as NodeJS.ErrnoException).code;
    return {
      problems: [`PRIVATE_KEY_FILE can't be read (${because}): it names the file that holds the key`],
    };
  }
  if (isRsaKey(pem)) return { pem };
  return {
    problems: [
      `${variable} holds no RSA private key in PEM form: it takes the file as GitHub gave it, from -----BEGIN to -----END`,
    ],
  };
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function appIdProblems(id: string): string[] {
  if (id === '') return ["APP_ID is missing: the GitHub App's id, a number"];
  return /^[1-9][0-9]{0,14}$/.test(id) ? [] : ["APP_ID is no number: it is the GitHub App's id"];
}

/** A secret that can be guessed lets anybody send webhooks. */
function secretProblems(secret: string): string[] {
  if (secret === '') return ["WEBHOOK_SECRET is missing: the secret that the App's webhooks are signed with"];
  return lengthProblems('WEBHOOK_SECRET', secret);
}

function lengthProblems(name: string, secret: string): string[] {
  return secret.length < 16
    ? [`${name} is shorter than 16 characters: make one with \`openssl rand -hex 32\``]
    : [];
}

function apiUrlProblems(text: string, tryOut: boolean): string[] {
  if (!URL.canParse(text))
    return ['GITHUB_API_URL is no URL: https://api.github.com, or that of your server'];
  const { protocol, hostname } = new URL(text);
  const loopback = hostname === '127.0.0.1' || hostname === 'localhost';
  if (protocol === 'https:' || (tryOut && loopback && protocol === 'http:')) return [];
  return ['GITHUB_API_URL must be https: secrets go there (a sandbox on this machine is named by --github)'];
}

function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535;
}

function problemsOf(read: object | ConfigProblems): readonly string[] {
  return 'problems' in read ? read.problems : [];
}

/** What must never be printed: the key (each line of it), the secrets, and the passwords in the URLs, as they are and as they stand there. */
export function secretsIn({ app, database, connections }: Config): string[] {
  const urls = [database, ...connections.values()].flatMap((setting) =>
    'url' in setting ? setting.url : [],
  );
  const passwords = urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).password);
  return [
    ...app.privateKey.split(/\r?\n/).filter((line) => /^[A-Za-z\d+/=]{16,}$/.test(line)),
    ...app.webhookSecrets,
    ...passwords.flatMap((password) => [password, decoded(password)]),
    // Less would be found in any line.
  ].filter((secret) => secret.length >= 4);
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    // A bare % stands for itself.
    return password;
  }
}
