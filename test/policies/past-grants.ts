import type { PastGrant } from '../../src/policies/past-grant.ts';
import { now } from './acme.ts';

const hour = 3_600_000;

/** A grant of mona's, of the role `ro` on `db`; times are hours from now, and it is live unless it has an end. */
export function grant({
  from = -2,
  until = from + 1,
  ended,
  who = ['mona', 1],
  role = 'ro',
  resource = 'db',
  ...rest
}: {
  from?: number;
  until?: number;
  ended?: number;
  who?: [name: string, id: number];
  role?: string;
  resource?: string;
} & Partial<Pick<PastGrant, 'emergency' | 'reviewed'>> = {}): PastGrant {
  const [name, id] = who;
  return {
    key: `user:${name} ${resource}:${role}`,
    principal: { kind: 'user', id, name },
    resource,
    role,
    startsAt: now + from * hour,
    expiresAt: now + until * hour,
    endedAt: ended === undefined ? null : now + ended * hour,
    live: ended === undefined,
    emergency: false,
    reviewed: false,
    ...rest,
  };
}

/** mona's access stands since so many hours ago. */
export function runningFor(hours: number) {
  return new Map([['user:mona db:ro', now - hours * hour]]);
}
