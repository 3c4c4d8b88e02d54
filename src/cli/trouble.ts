import { UserError } from './exit.ts';

/** What stands in the way from outside, by the code that Node or PostgreSQL gives it (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The database does not answer: is it running, and is DATABASE_URL right?',
  ECONNRESET: 'The database broke the connection off: is DATABASE_URL right?',
  ENOTFOUND: 'The host of the database is not known: is DATABASE_URL right?',
  EAI_AGAIN:
    'The host of the database could not be looked up: is there a network, and is DATABASE_URL right?',
  ETIMEDOUT: 'The database does not answer in time: can it be reached from here?',
  '28P01': 'The database refused the user or the password of DATABASE_URL.',
  '28000': 'The database refused the user of DATABASE_URL.',
  '3D000': 'There is no such database on the server: create it, or correct DATABASE_URL.',
  '42501': 'The user of DATABASE_URL may not do this in the database.',
  '42P01': 'The database has no tables yet: `countersign migrate` makes them; or is it another database?',
  EADDRINUSE: 'The port is in use: stop what listens there, or set PORT.',
  EACCES: 'This user may not do that: are the port and the folder theirs?',
};

/** The failure as the user is told of it, where they can do something about it (it exits 2: nothing was done); `undefined`: a bug, whose stack is needed. */
export function troubleOf(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error;
  const chain = causes(error);
  if (chain.some(({ code, errcode }) => code === 'ERR_SQLITE_ERROR' && errcode === busy))
    return new UserError(sentence((error as Error).message), 2);
  const answer = chain.find(({ name, status }) => name === 'HttpError' && typeof status === 'number');
  if (answer) return new UserError(saidOfGitHub(answer), 2);
  const known = chain.find(({ code }) => code !== undefined && code in remedies);
  return known && new UserError(`${remedies[known.code ?? '']}\n  ${known.message}`, 2);
}

const busy = 5;

function saidOfGitHub({ status = 500, message, response }: Failure): string {
  if (!response)
    return `GitHub can't be reached: ${message}\nIs GITHUB_API_URL right, and does the network lead there?`;
  // What it says then is a page for people to look at.
  if (status >= 500) return `GitHub answered ${status}. It may pass: try again in a minute.`;
  return `GitHub answered ${status}: ${message}\n${status === 404 ? notShown : notKnown}`;
}

const notKnown = 'Are APP_ID and the private key those of the App?';
const notShown =
  'It has no such thing, or does not show it to the App: are the names and SHAs right, and is the App installed on the repository?';

interface Failure extends Error {
  readonly code?: string;
  readonly errcode?: number;
  readonly status?: number;
  /** An answer of GitHub's; `undefined`: there was none. */
  readonly response?: object;
}

/** An error, what caused it, and what caused that. */
function causes(error: unknown): Failure[] {
  if (!(error instanceof Error)) return [];
  return [error, ...causes(error.cause)];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
