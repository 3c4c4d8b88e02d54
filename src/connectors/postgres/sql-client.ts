import { Pool } from 'pg';

/** What the connector needs of a target database. */
export interface SqlClient {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  close(): Promise<void>;
}

/** How long the target may take, in milliseconds: to be reached, and to answer. */
const patience = { toConnect: 5_000, toAnswer: 15_000 };

/** A target on a PostgreSQL server. It connects at the first query, and again after the connection broke. */
export function connectToServer(url: string, { toConnect, toAnswer } = patience): SqlClient {
  const pool = new Pool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: toConnect,
    statement_timeout: toAnswer,
    query_timeout: toAnswer + 1_000,
    application_name: 'countersign',
  });
  // An idle connection that breaks is replaced at the next query; unheard, the event ends the process.
  pool.on('error', () => undefined);
  return { query: (text, values) => pool.query(text, values), close: () => pool.end() };
}
