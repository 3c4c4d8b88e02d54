import type { PointKind } from './trap.ts';

/** Told of each statement of one connection, in order: whether it is a point, and its label. */
export type Watch = (sql: string) => { readonly kind: PointKind; readonly label: string } | null;

/**
 * What makes something durable in the app's database: a COMMIT, or a write outside a transaction. Its label says what was written. Looking
 * for work, signs of life and housekeeping go by time, and are left out.
 */
export function commits(): Watch {
  let written: Set<string> | null = null;
  return (sql) => {
    if (/^\s*begin\b/i.test(sql)) {
      written = /\bcommit\b/i.test(sql) ? null : new Set();
      return null;
    }
    if (/^\s*rollback\b/i.test(sql)) {
      written = null;
      return null;
    }
    if (/^\s*commit\b/i.test(sql)) {
      const tables = written ?? new Set<string>();
      written = null;
      return tables.size === 0
        ? null
        : { kind: 'commit', label: `COMMIT ${[...tables].toSorted().join(', ')}` };
    }
    const writes = looksForWork.test(sql) ? [] : writesOf(sql);
    if (written) {
      for (const { table } of writes) written.add(table);
      return null;
    }
    const [first] = writes;
    return first && !goesByTime.test(sql) ? { kind: 'commit', label: `${first.verb} ${first.table}` } : null;
  };
}

const looksForWork = /skip locked/i;
const goesByTime = /heartbeat_on = |monitor_on|maintain_on|set_?version/i;

const write = /\b(insert\s+into|update|delete\s+from)\s+(?!set\b)"?(\w+)/gi;

function writesOf(sql: string): { readonly verb: string; readonly table: string }[] {
  return [...sql.matchAll(write)].map(([, verb = '', table = '']) => ({
    verb: (verb.split(/\s/)[0] ?? '').toUpperCase(),
    table: table === 'queue' ? 'the queue' : table,
  }));
}

/** What the app asks of the database that access is given to. */
export function connectorCalls(): Watch {
  return (sql) => {
    const label = connectorLabels.find(([pattern]) => pattern.test(sql))?.[1];
    return label === undefined ? null : { kind: 'connector', label };
  };
}

const connectorLabels: readonly (readonly [RegExp, string])[] = [
  [/^\s*grant\b/i, 'GRANT'],
  [/^\s*revoke\b/i, 'REVOKE'],
  [/pg_terminate_backend/i, 'end sessions'],
  [/select distinct member\.rolname/i, 'observe'],
];
