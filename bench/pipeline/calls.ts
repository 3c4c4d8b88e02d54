import type { Scale } from '../command.ts';
import { figure, type Figure } from '../figure.ts';
import { onServer } from './server.ts';
import { openStage, type Stage } from './stage.ts';

/** How often GitHub may be asked until both checks stand, and in a whole life. */
const goals = { checked: 8, life: 25 };

/** So long a request lasts here, in milliseconds: longer than all that comes before its end. */
const lasts = 8_000;

interface Step {
  readonly name: string;
  readonly happens: () => Promise<void>;
}

/** What GitHub is asked at each step in the life of a request, counted. */
export async function callTable({ tell }: Scale): Promise<Figure[]> {
  return onServer(async (server) => {
    const stage = await openStage(server, { askers: 2, delay: 0 });
    try {
      // Somebody's first: what is read once and kept, such as the policies, is no part of a request's life.
      await lifeOf(stage, stage.asker(0), () => undefined);
      const counted: { readonly name: string; readonly count: number }[] = [];
      let checked = NaN;
      await lifeOf(stage, stage.asker(1), (name, labels) => {
        // What comes after the checks, asking for reviews, holds them up no more.
        if (counted.length === 0) checked = labels.indexOf('mutation createCheckRun') + 1;
        counted.push({ name, count: labels.length });
        tell(`${name}: ${labels.length}\n${countsOf(labels)}`);
      });
      const all = counted.reduce((sum, { count }) => sum + count, 0);
      return [
        ...counted.map(({ name, count }) => figure('pipeline', `calls: ${name}`, count, 'calls')),
        figure('pipeline', 'calls until both checks stand', checked, 'calls', { goal: goals.checked }),
        figure('pipeline', 'calls in a whole life', all, 'calls', { goal: goals.life }),
      ];
    } finally {
      await stage.close();
    }
  });
}

/** One request from its pull request to the record of its revert. */
async function lifeOf(
  stage: Stage,
  who: string,
  told: (step: string, labels: readonly string[]) => void,
): Promise<void> {
  const end = Date.now() + lasts;
  const { world } = stage;
  let pull = 0;
  const steps: readonly Step[] = [
    {
      name: 'opened → both checks',
      async happens() {
        pull = (await stage.asks(who, `until: ${new Date(end).toISOString()}`)).number;
      },
    },
    { name: 'approved', happens: async () => void (await world.person('ada').approves(pull)) },
    { name: 'merged → granted, told', happens: async () => void (await world.person(who).merges(pull)) },
    {
      name: 'ended → reverted, told',
      async happens() {
        await new Promise((resolve) => setTimeout(resolve, end + 1000 - Date.now()));
        await goneFrom(stage, who);
      },
    },
  ];
  await stage.settled();
  stage.gate.take();
  for (const { name, happens } of steps) {
    await happens();
    await stage.settled();
    told(
      name,
      stage.gate.take().map(({ label }) => label),
    );
  }
  // What is put off so that more of it comes together: records and comments.
  await nothingWaits(stage);
  told(
    'recorded',
    stage.gate.take().map(({ label }) => label),
  );
}

async function goneFrom({ world }: Stage, who: string): Promise<void> {
  const file = `access-requests/${who}.yaml`;
  while ((await world.git('show', `main:${file}`)) !== 'requests: []\n')
    await new Promise((resolve) => setTimeout(resolve, 50));
}

async function nothingWaits(stage: Stage): Promise<void> {
  for (;;) {
    await stage.settled();
    const { rows } = await stage.database.run(
      `select 1 from audit_events where record_path is null
        union all select 1 from queue.job where name = 'tasks' and state in ('created', 'retry', 'active')`,
    );
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** `3 × GET …/pulls/N`, a line each, the most frequent first. */
function countsOf(labels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([label, count]) => `    ${count} × ${label}`)
    .join('\n');
}
