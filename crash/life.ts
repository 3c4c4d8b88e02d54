import { requests, requestsFile } from './organization.ts';
import type { Stage } from './stage.ts';

/** A way that a request can go, played to its end; throws where it does not come there. */
export interface Story {
  readonly name: string;
  play(stage: Stage): Promise<void>;
}

/** Asked, approved, merged, granted, over, and taken out of the branch again. */
export const expiry: Story = {
  name: 'expiry',
  async play(stage) {
    await obtains(stage);
    // The shorter end takes effect whoever wrote it, and nobody has to wait for an hour.
    const soon = new Date(Date.now() + 1000).toISOString();
    await stage.world.person('grace').writesFiles('main', {
      [requestsFile]: requests(stage.kind, { user: 'mona', lasts: `until: ${soon}` }),
    });
    await comesTo(stage, 'the access is gone', async () => (await stage.target.holders()).length === 0);
    await comesTo(
      stage,
      'the entry is out of the branch',
      async () => (await onMain(stage)) === requests(stage.kind),
    );
  },
};

/** Granted, and given back by taking the entry out. */
const giveBack: Story = {
  name: 'given back',
  async play(stage) {
    await obtains(stage);
    await stage.world.person('grace').writesFiles('main', { [requestsFile]: requests(stage.kind) });
    await comesTo(stage, 'the access is gone', async () => (await stage.target.holders()).length === 0);
  },
};

/** Merged past the rules by an administrator: nothing is granted, and the entry is taken out again. */
const unapproved: Story = {
  name: 'unapproved',
  async play(stage) {
    const pull = await asks(stage);
    const merge = await stage.world.person('grace').merges(pull);
    if (merge.status !== 200) throw new Error(`it was not merged: ${JSON.stringify(merge.data)}`);
    await comesTo(
      stage,
      'the entry is out of the branch',
      async () => (await onMain(stage)) === requests(stage.kind),
    );
    await isHeldBy(stage);
  },
};

export const stories: readonly Story[] = [expiry, giveBack, unapproved];

/** Asks, has it approved, and merges it: until the target shows the access. */
async function obtains(stage: Stage): Promise<void> {
  const { world, target } = stage;
  const pull = await asks(stage);
  await world.person('ada').approves(pull);
  await comesTo(
    stage,
    'it is approved',
    async () => (await check(stage, pull, 'access/approval')) === 'success',
  );
  await isHeldBy(stage);
  const merge = await world.person('mona').merges(pull);
  if (merge.status !== 200) throw new Error(`it was not merged: ${JSON.stringify(merge.data)}`);
  await comesTo(stage, 'the access is there', async () => (await target.holders()).join() === 'mona');
  // So that its records are written in the midst of life, and not only with the last.
  await stage.secondsPass();
}

/** The number of the pull request. */
async function asks(stage: Stage): Promise<number> {
  const { number } = await stage.world.person('mona').opensPullRequest({
    title: 'Access',
    branch: 'mona/1',
    files: { [requestsFile]: requests(stage.kind, { user: 'mona', lasts: 'duration: 1h' }) },
  });
  await comesTo(
    stage,
    'it is checked',
    async () => (await check(stage, number, 'access/policy')) === 'success',
  );
  await comesTo(
    stage,
    'it waits for approval',
    async () => (await check(stage, number, 'access/approval')) === 'in_progress',
  );
  return number;
}

/** Waits until everything has settled and it is so. Where it settles otherwise, what no webhook told has not been found yet: for a while. */
async function comesTo(stage: Stage, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const late = Date.now() + 15_000;
  do {
    await stage.settled();
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < late);
  throw new Error(`never: ${what}`);
}

async function isHeldBy(stage: Stage, ...logins: readonly string[]): Promise<void> {
  const held = (await stage.target.holders()).join(', ');
  if (held !== logins.join(', '))
    throw new Error(`the access is held by "${held}" instead of "${logins.join(', ')}"`);
}

/** The conclusion of the check on the head of a pull request, or its status while it has none. */
export async function check(
  { world }: Pick<Stage, 'world'>,
  pull: number,
  name: string,
): Promise<string | undefined> {
  const { data } = await world
    .person('grace')
    .request<{ check_runs: { status: string; conclusion: string | null }[] }>(
      'GET',
      `/repos/acme/access/commits/refs%2Fpull%2F${pull}%2Fhead/check-runs?check_name=${encodeURIComponent(name)}`,
    );
  const [run] = data.check_runs ?? [];
  return run?.conclusion ?? run?.status;
}

function onMain({ world }: Stage): Promise<string> {
  return world.git('show', `main:${requestsFile}`);
}
