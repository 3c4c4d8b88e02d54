import { randomBytes } from 'node:crypto';
import { serverDatabases, type AppDatabase } from '../../crash/database.ts';
import { howToGetOne, openPostgres, type PostgresServer } from '../../crash/postgres-server.ts';

export class NoPostgres extends Error {
  constructor() {
    super(howToGetOne);
  }
}

/** A PostgreSQL server with an empty database of the app's in it. */
export interface BenchServer {
  readonly server: PostgresServer;
  readonly databaseUrl: string;
  /** What sets this run's roles on the server apart. */
  readonly suffix: string;
}

/** Lends a server with a database of its own. Throws `NoPostgres` where there is none to be had. */
export async function onServer<Result>(work: (bench: BenchServer) => Promise<Result>): Promise<Result> {
  const server = await openPostgres();
  if (!server) throw new NoPostgres();
  try {
    const databases = await serverDatabases(server);
    const database = await databases.fresh();
    try {
      return await work({ server, databaseUrl: urlOf(database), suffix: randomBytes(4).toString('hex') });
    } finally {
      await database.drop();
      await databases.close();
    }
  } finally {
    await server.close();
  }
}

function urlOf({ setting }: AppDatabase): string {
  if (!('url' in setting)) throw new Error('a database of a server has a URL');
  return setting.url;
}
