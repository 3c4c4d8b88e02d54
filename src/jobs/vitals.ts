import { Gauge } from 'prom-client';
import { grantCounts } from '../database/grant-counts.ts';
import { heldRemovals } from '../database/removals.ts';
import type { Meters } from './meters.ts';
import type { Parts } from './parts.ts';

/**
 * What the app tells of itself: whether it can work, what it counted, and in figures what all replicas together have to do. These are asked for when
 * somebody looks.
 */
export function vitalsOf({ db, queue, clock }: Pick<Parts, 'db' | 'queue' | 'clock'>, { registry }: Meters) {
  const registers = [registry];
  const grants = new Gauge({
    name: 'countersign_grants',
    help: 'Grants with something left to do, by state',
    labelNames: ['state'],
    registers,
  });
  const due = new Gauge({
    name: 'countersign_grants_due',
    help: 'Grants that should have begun or ended by now, whatever keeps them from it',
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
  const held = new Gauge({
    name: 'countersign_removals_held',
    help: 'Grants that the removal limit keeps from ending until a person says so: anything above 0 is an alarm',
    registers,
  });
  const tasks = new Gauge({
    name: 'countersign_tasks',
    help: 'Tasks by what they wait for: running, due, to be tried again, given up',
    labelNames: ['state'],
    registers,
  });
  const wait = new Gauge({
    name: 'countersign_tasks_wait_seconds',
    help: 'How long the task has waited that is due for the longest: it waits for a place, or for another one of its key',
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
      const [counted, removals, { longestWait, ...waiting }] = await Promise.all([
        grantCounts(db, now),
        heldRemovals(db),
        queue.counts(),
      ]);
      for (const [state, count] of Object.entries(counted.byState)) grants.set({ state }, count);
      due.set(counted.due);
      overdue.set(counted.overdue);
      lag.set(counted.longestOverdue / 1000);
      held.set(removals.length);
      for (const [state, count] of Object.entries(waiting)) tasks.set({ state }, count);
      wait.set(longestWait);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
