import { setTimeout as wait } from 'node:timers/promises';
import { styleText } from 'node:util';
import { allEvents } from '../../database/audit-events.ts';
import { formatInstant } from '../../requests/instant.ts';
import type { Stage } from '../stage/stage.ts';
import type { Holder } from '../stage/target.ts';
import { toldByApp, toldByGitHub, withoutControls } from './happenings.ts';

export interface Watching {
  /** Tells what is still untold, and no more. */
  stop(): Promise<void>;
}

const betweenLooks = 300;
const sql = 'select id, state from orders order by id';

/** Tells what happens, a line each: what GitHub sent, what the app has in its audit log, and who holds what in the orders database itself. */
export function watch(stage: Stage, write: (line: string) => void): Watching {
  const { world, app, target } = stage;
  const ending = new AbortController();
  let sent = world.deliveries().length;
  let logged = 0;
  let held: readonly Holder[] = [];
  const tell = (line: string, style: 'bold' | 'reset' = 'reset') => {
    const time = formatInstant(stage.clock.now()).slice(11, 19);
    write(`${styleText('dim', time)}  ${styleText(style, withoutControls(line))}`);
  };

  async function look(): Promise<void> {
    const deliveries = world.deliveries().slice(sent);
    sent += deliveries.length;
    for (const line of deliveries.flatMap(toldByGitHub)) tell(line);
    const events = (await allEvents(app.parts.db)).slice(logged).map(({ event }) => event);
    for (const line of events.flatMap(toldByApp)) tell(line);
    logged += events.length;
    const holders = await target.holders();
    const before = held;
    held = holders;
    for (const holder of holders.filter((one) => !includes(before, one)))
      await tellHolding(holder, 'now holds');
    for (const holder of before.filter((one) => !includes(holders, one)))
      await tellHolding(holder, 'no longer holds');
  }

  /** The database's own word, and its answer to a query of theirs. */
  async function tellHolding({ role, member }: Holder, verb: string): Promise<void> {
    const answer = await target.askAs(member, sql);
    tell(`orders-db: ${member} ${verb} ${role}`, 'bold');
    tell(
      `orders-db: ${sql}, asked as ${member}: ${answer.allowed ? rowsOf(answer.rows) : `✗ ${answer.error}`}`,
    );
  }

  async function goOn(): Promise<void> {
    const { signal } = ending;
    while (!signal.aborted) {
      await look();
      await wait(betweenLooks, undefined, { signal }).catch(() => undefined);
    }
    await look();
  }
  const going = goOn();
  // A failure is told when it happens, and again to whoever stops the watch.
  going.catch((error: unknown) => tell(`The watch broke off: ${(error as Error).message}`));
  return {
    async stop() {
      ending.abort();
      await going;
    },
  };
}

function rowsOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return `✓ ${rows.map((row) => Object.values(row).join(' ')).join(', ')}`;
}

function includes(holders: readonly Holder[], { role, member }: Holder): boolean {
  return holders.some((one) => one.role === role && one.member === member);
}
