import { Socket } from 'node:net';
import { join } from 'node:path';
import {
  CamelCasePlugin,
  Kysely,
  PGliteDialect,
  PostgresDialect,
  type DatabaseConnection,
  type Dialect,
  type Transaction,
} from 'kysely';
import { Client, Pool } from 'pg';
import { tellingCommits, takingTurns } from './driver-hooks.ts';
import { listen, type Ears } from './listener.ts';
import type { Schema } from './schema.ts';

/** What a query is made on: the database itself, or a transaction. */
export type Queryable = Kysely<Schema> | Transaction<Schema>;

export type CommitListener = (connection: DatabaseConnection) => void;

export interface Database {
  readonly db: Kysely<Schema>;
  readonly kind: 'embedded' | 'server';
  /** The PostgreSQL schema that holds the tables. */
  readonly schema: string;
  /** Runs SQL outside every transaction: without values it may be several statements. */
  run(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  /** Calls back after each committed transaction, with the connection that it was on; returns what ends that. */
  onCommit(listener: CommitListener): () => void;
  /**
   * Tells whenever grants are stored, or begin or end at another instant, in whichever process; returns what ends that. An embedded database has
   * one process, which knows by itself.
   */
  hearOfGrants(ears: Ears): () => Promise<void>;
  close(): Promise<void>;
}

export type DatabaseOptions =
  /** A PostgreSQL server, version 15 or later. */
  (
    | { readonly url: string }
    /** An embedded PostgreSQL that keeps its data in this folder, for this process alone. */
    | { readonly dataDir: string; readonly image?: Blob }
    /** An embedded PostgreSQL that forgets everything. `image`: what a new one starts from, a dump of another. */
    | { readonly memory: true; readonly image?: Blob }
  ) & {
    /** The PostgreSQL schema that holds the tables; `migrate` creates it. */
    readonly schema?: string;
    /** How long to wait for a free connection, in milliseconds. */
    readonly patience?: number;
    /** A server that says nothing for this many milliseconds, while something is asked of it, counts as gone. */
    readonly answersWithin?: number;
  };

/** Where a dialect, and how plain SQL, come from. */
interface Engine {
  readonly dialect: Dialect;
  readonly kind: Database['kind'];
  run(db: Kysely<Schema>, ...query: Parameters<Database['run']>): ReturnType<Database['run']>;
  readonly hearOfGrants: Database['hearOfGrants'];
  close(): Promise<void>;
}

/** Opens the database. It connects at the first query; the tables are `migrate`'s. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { schema = 'public', patience = 30_000, answersWithin = 60_000 } = options;
  const engine =
    'url' in options
      ? serverEngine(options.url, { schema, patience, answersWithin })
      : await embeddedEngine(options, schema, patience);
  const listeners = new Set<CommitListener>();
  const dialect = tellingCommits(engine.dialect, (connection) => {
    for (const listener of listeners) listener(connection);
  });
  const db = new Kysely<Schema>({
    dialect,
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return {
    db,
    kind: engine.kind,
    schema,
    run: (text, values) => engine.run(db, text, values),
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    hearOfGrants: engine.hearOfGrants,
    async close() {
      await db.destroy();
      await engine.close();
    },
  };
}

function serverEngine(
  url: string,
  {
    schema,
    patience,
    answersWithin,
  }: Required<Pick<DatabaseOptions, 'schema' | 'patience' | 'answersWithin'>>,
): Engine {
  const settings = {
    search_path: quoted(schema),
    // The server gives up first, where it is there: its error says what took so long.
    statement_timeout: Math.ceil(answersWithin * 0.9),
    // And it lets go of what a process held that vanished, or sleeps: others claim no tasks meanwhile.
    idle_in_transaction_session_timeout: '20s',
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
  };
  const connection = {
    connectionString: url,
    connectionTimeoutMillis: patience,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    stream: () => impatient(answersWithin),
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    application_name: 'countersign',
  };
  const pool = new Pool(connection);
  // A connection that breaks is taken out of the pool, and whoever needs one next opens another; unheard, the event ends the process: the
  // pool's own for one that is idle, the connection's for one that somebody holds, such as between two queries of a transaction.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    dialect: new PostgresDialect({ pool }),
    kind: 'server',
    run: (_, text, values) => pool.query(text, values),
    hearOfGrants: (ears) =>
      listen(
        {
          connection: () => new Client(connection),
          channel: 'countersign_grants',
          payload: schema,
          asksEvery: answersWithin / 2,
          pause: 1000,
        },
        ears,
      ),
    close: async () => {
      if (!pool.ended) await pool.end();
    },
  };
}

/**
 * Breaks the connection to a server that fell silent, so that nobody is given it again: pg's own `query_timeout` leaves it in the pool, with the
 * next query behind the one that was never answered.
 */
function impatient(answersWithin: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(answersWithin, () =>
    socket.destroy(new Error(`the database said nothing for ${answersWithin} ms`)),
  );
}

async function embeddedEngine(
  options: Exclude<DatabaseOptions, { readonly url: string }>,
  schema: string,
  patience: number,
): Promise<Engine> {
  const [{ PGlite, types }, { lockFolder }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('./folder-lock.ts'),
  ]);
  const unlock = 'dataDir' in options ? lockFolder(options.dataDir) : () => undefined;
  const pglite = new PGlite({
    ...('dataDir' in options ? { dataDir: join(options.dataDir, 'postgresql') } : {}),
    ...('image' in options ? { loadDataDir: options.image } : {}),
    // As pg does: a number can't hold every bigint.
    parsers: { [types.INT8]: (text) => text },
  });
  try {
    await pglite.waitReady;
    await pglite.exec(`set search_path to ${quoted(schema)}`);
  } catch (error) {
    unlock();
    throw error;
  }
  return {
    dialect: takingTurns(new PGliteDialect({ pglite }), patience),
    kind: 'embedded',
    run: (db, text, values) =>
      // Within a turn, so that it never lands in somebody's open transaction.
      db.connection().execute(async () => {
        try {
          if (values && values.length > 0) return await pglite.query<Record<string, unknown>>(text, values);
          const results = await pglite.exec(text);
          return { rows: results.flatMap(({ rows }) => rows as Record<string, unknown>[]) };
        } catch (error) {
          // Statements that opened a transaction themselves may have left it open, for the next in turn.
          await pglite.exec('rollback');
          throw error;
        }
      }),
    hearOfGrants: () => async () => undefined,
    close: async () => {
      if (!pglite.closed) await pglite.close();
      unlock();
    },
  };
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
