import { Counter, Gauge, Registry } from 'prom-client';
import type { Outcome } from './attempt.ts';

/** What this process counts while it works. No figure names a person or an access. */
export interface Meters {
  readonly registry: Registry;
  delivered(event: string): void;
  /** A delivery whose signature does not hold, or that is none. */
  refused(): void;
  attempted(task: string, outcome: Outcome): void;
  connectorFailed(connection: string): void;
  /** What an answer of GitHub's says of the hour's calls: `installation` is that of the App's client, or `app`. */
  callsLeft(installation: string, resource: string, left: number): void;
}

/** Errors of each connection begin at 0, so that the first one shows. */
export function openMeters(connections: Iterable<string>): Meters {
  const registry = new Registry();
  const registers = [registry];
  const deliveries = new Counter({
    name: 'countersign_deliveries_total',
    help: 'Webhooks received whose signature holds, by event',
    labelNames: ['event'],
    registers,
  });
  const refused = new Counter({
    name: 'countersign_deliveries_refused_total',
    help: 'Webhooks refused: the signature is of none of the secrets, or it is no webhook',
    registers,
  });
  const attempts = new Counter({
    name: 'countersign_task_attempts_total',
    help: 'Attempts at tasks, by what came of them: done, failed, givenUp, putOff',
    labelNames: ['task', 'outcome'],
    registers,
  });
  const connectorErrors = new Counter({
    name: 'countersign_connector_errors_total',
    help: 'Calls of a connector that failed, by connection',
    labelNames: ['connection'],
    registers,
  });
  const callsLeft = new Gauge({
    name: 'countersign_github_calls_left',
    help: "Calls that GitHub lets an installation make until its hour is over, as of this process's last call",
    labelNames: ['installation', 'resource'],
    registers,
  });
  for (const connection of connections) connectorErrors.inc({ connection }, 0);
  return {
    registry,
    delivered: (event) => deliveries.inc({ event }),
    refused: () => refused.inc(),
    attempted: (task, outcome) => attempts.inc({ task, outcome }),
    connectorFailed: (connection) => connectorErrors.inc({ connection }),
    callsLeft: (installation, resource, left) => callsLeft.set({ installation, resource }, left),
  };
}
