import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { BoundRepository } from '../config.ts';
import type { Connector } from '../connectors/connector.ts';
import type { Schema } from '../database/schema.ts';
import type { GitReader } from '../github/git-objects.ts';
import type { GitHubClient, RequestsRepository } from '../github/requests-repository.ts';
import type { RemovalLimit } from '../grants/removal-limit.ts';
import type { BoundConnection } from '../policies/evaluation.ts';
import type { Clock } from './clock.ts';
import type { Queue } from './queue.ts';
import type { Task } from './tasks.ts';

/** A requests repository that the operator bound, and the means to read and write it. */
export interface Workplace {
  readonly binding: BoundRepository;
  readonly repository: RequestsRepository;
  readonly git: GitReader;
  /** The connections bound to it: invariant 13. */
  readonly connections: ReadonlyMap<string, BoundConnection>;
}

/** What every task works with. Built once, by `main`. */
export interface Parts {
  readonly db: Kysely<Schema>;
  readonly queue: Queue<Task>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly removalLimit: RemovalLimit;
  workplace(repositoryId: number): Promise<Workplace>;
  /** A client that acts as the App itself, in no installation. */
  asApp(): Promise<GitHubClient>;
  connector(connection: string): Promise<Connector>;
  /** Tells the expiry watch that grants were stored or moved. */
  grantsMoved(): void;
}
