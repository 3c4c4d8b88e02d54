import type { DatabaseConnection, Dialect, Driver } from 'kysely';

/** The dialect, telling `committed` after each transaction that was committed, with the connection that it was on. */
export function tellingCommits(
  dialect: Dialect,
  committed: (connection: DatabaseConnection) => void,
): Dialect {
  return withDriver(dialect, (driver) => {
    const commit = driver.commitTransaction.bind(driver);
    driver.commitTransaction = async (connection) => {
      await commit(connection);
      committed(connection);
    };
  });
}

/**
 * The dialect of a database with one connection, which everybody takes in turn. Whoever waits longer than `patience` milliseconds gets an
 * error: asking `db` inside a transaction, where its `trx` is meant, waits for that very transaction and would hang for good.
 */
export function takingTurns(dialect: Dialect, patience: number): Dialect {
  const waiting: (() => void)[] = [];
  let taken = false;
  const turn = () =>
    new Promise<void>((resolve, reject) => {
      const begin = () => (clearTimeout(timer), resolve());
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(
          new Error(
            `the embedded database was not free for ${patience} ms: inside a transaction, ask its trx and not db`,
          ),
        );
      }, patience);
      waiting.push(begin);
    });
  const pass = () => {
    const next = waiting.shift();
    if (next) next();
    else taken = false;
  };

  const turns = withDriver(dialect, (driver) => {
    const acquire = driver.acquireConnection.bind(driver);
    const release = driver.releaseConnection.bind(driver);
    driver.acquireConnection = async (options) => {
      if (taken) await turn();
      taken = true;
      return acquire(options);
    };
    driver.releaseConnection = async (connection) => {
      await release(connection);
      pass();
    };
  });
  // Kysely's own queue for single connections waits without end: with this answer it stands aside.
  const adapter = () =>
    Object.defineProperty(dialect.createAdapter(), 'supportsMultipleConnections', { value: true });
  return { ...turns, createAdapter: adapter };
}

function withDriver(dialect: Dialect, change: (driver: Driver) => void): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createDriver: () => {
      const driver = dialect.createDriver();
      change(driver);
      return driver;
    },
  };
}
