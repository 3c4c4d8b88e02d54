import { Gauge, Registry } from 'prom-client';
import { grantCounts } from '../database/grant-counts.ts';
import type { Parts } from './parts.ts';

/** What the app tells of itself: whether it can work, and in figures what it has to do. Each is asked for when somebody looks. */
export function vitalsOf({ db, queue, clock }: Pick<Parts, 'db' | 'queue' | 'clock'>) {
  const registry = new Registry();
  const registers = [registry];
  const grants = new Gauge({
    name: 'countersign_grants',
    help: 'Grants with something left to do, by state',
    labelNames: ['state'],
    registers,
  });
  const overdue = new Gauge({
    name: 'countersign_grants_overdue',
    help: 'Grants whose time is up and whose access was not seen to be gone: anything above 0 is an alarm',
    registers,
  });
  const lag = new Gauge({
    name: 'countersign_grants_overdue_seconds',
    help: 'How long the grant is overdue that has been for the longest',
    registers,
  });
  const tasks = new Gauge({
    name: 'countersign_tasks',
    help: 'Tasks by what they wait for: running, due, to be tried again, given up',
    labelNames: ['state'],
    registers,
  });
  return {
    async trouble(): Promise<string | null> {
      try {
        await queue.counts();
        return null;
      } catch (error) {
        return `the database does not answer: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    async metrics() {
      const now = clock.now();
      const [counted, waiting] = await Promise.all([grantCounts(db, now), queue.counts()]);
      for (const [state, count] of Object.entries(counted.byState)) grants.set({ state }, count);
      overdue.set(counted.overdue);
      lag.set(counted.longestOverdue / 1000);
      for (const [state, count] of Object.entries(waiting)) tasks.set({ state }, count);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
