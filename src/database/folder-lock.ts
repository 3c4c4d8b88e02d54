import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes a data folder for this process alone, and returns what gives it back. The embedded PostgreSQL has no lock of its own, and two
 * processes on one folder lose data. The lock is an exclusive transaction on a SQLite file: the kernel releases it however the process
 * ends, so nothing is ever left to clean up.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = new DatabaseSync(join(folder, 'lock'));
  try {
    file.exec('begin exclusive');
  } catch (cause) {
    file.close();
    throw new Error(
      `the data folder ${folder} is in use by another process: stop that one first, or name another folder with --data; several processes need a PostgreSQL server (DATABASE_URL)`,
      { cause },
    );
  }
  return () => file.close();
}
