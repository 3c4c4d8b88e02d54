import { verify } from '../src/audit/verify.ts';
import { allEvents } from '../src/database/audit-events.ts';
import type { Database } from '../src/database/connect.ts';
import type { Stage } from './stage.ts';

/**
 * The whole world as lines of text: what GitHub holds, what the target gives, and every table. Ids, times and commits are named by what they
 * are, or by nothing but their kind, so that two runs that came to the same have the same lines. What may differ is left out: which webhooks
 * arrived, and how the records were divided into commits.
 */
export async function describeWorld(stage: Stage): Promise<string[]> {
  const database = await stage.leaves();
  try {
    const pulls = await read<Pull[]>(stage, '/pulls?state=all&direction=asc&per_page=100');
    const conversations = await Promise.all(pulls.map((pull) => conversation(stage, pull)));
    const lines = [
      ...(await branches(stage)),
      ...conversations.flat(),
      `target: held by [${(await stage.target.holders()).join(', ')}]`,
      ...(await tables(stage, database)),
    ];
    return lines.map(await names(stage, pulls)).toSorted();
  } finally {
    await database.close();
  }
}

interface Pull {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly merged_at: string | null;
  readonly user: { readonly login: string };
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly requested_reviewers: readonly { readonly login: string }[];
  readonly requested_teams: readonly { readonly slug: string }[];
}

interface Review {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly state: string;
}

async function read<Data>({ world }: Stage, path: string): Promise<Data> {
  const { status, data } = await world.person('grace').request('GET', `/repos/acme/access${path}`);
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(data)}`);
  return data as Data;
}

/** Every commit of every branch. Of the records branch what it holds: their number is left to how they came together. */
async function branches({ world }: Stage): Promise<string[]> {
  const refs = (await world.git('for-each-ref', '--format=%(refname:short)', 'refs/heads')).split('\n');
  const lines = await Promise.all(
    refs
      .filter((branch) => branch !== '')
      .map(async (branch) => {
        if (branch !== 'countersign/records') {
          const log = await world.git('log', '--format=%an: %B%x00', branch);
          return log
            .split('\0')
            .flatMap((commit) => (commit.trim() === '' ? [] : [`branch ${branch}: ${commit.trim()}`]));
        }
        const changes = await world.git('log', '--format=', '--name-status', branch);
        return changes
          .split('\n')
          .flatMap((change) => (change === '' ? [] : [`records: ${withoutNumber(change)}`]));
      }),
  );
  return lines.flat();
}

/** Events of one instant can be told in either order. */
function withoutNumber(change: string): string {
  return change.replace(/\d{4}\/\d\d\/\d\d\/\d+-/, '');
}

async function conversation(stage: Stage, pull: Pull): Promise<string[]> {
  const { number, title, body, state, merged_at: mergedAt, user, head, base } = pull;
  const [comments, checks, reviews] = await Promise.all([
    read<{ body: string; user: { login: string } }[]>(stage, `/issues/${number}/comments`),
    read<{ check_runs: CheckRun[] }>(stage, `/commits/${head.sha}/check-runs?filter=all`),
    read<Review[]>(stage, `/pulls/${number}/reviews`),
  ]);
  const asked = [
    ...pull.requested_reviewers.map(({ login }) => login),
    ...pull.requested_teams.map(({ slug }) => slug),
  ];
  const line = (what: string) => `#${number}: ${what}`;
  return [
    line(
      `${state}${mergedAt === null ? '' : ', merged'}, ${user.login}: ${head.ref} -> ${base.ref}: ${title}`,
    ),
    line(`text: ${body}`),
    line(`asked: ${asked.toSorted().join(', ')}`),
    ...reviews.map((review) => line(`review of ${review.user.login}: ${review.state}`)),
    ...comments.map((comment) => line(`comment of ${comment.user.login}: ${comment.body}`)),
    ...latestChecks(checks.check_runs).map(line),
  ];
}

/** What each check says last, and whether any says the same twice: what it said in between is left to how often somebody looked. */
function latestChecks(newestFirst: readonly CheckRun[]): string[] {
  const said = newestFirst.map(
    ({ name, status, conclusion, output: { title, summary, text } }) =>
      `check ${name}: ${status}, ${conclusion}: ${title}\n${summary}\n${text}`,
  );
  const isLatest = ({ name }: CheckRun, index: number) =>
    newestFirst.findIndex((run) => run.name === name) === index;
  return [
    ...newestFirst.flatMap((run, index) => (isLatest(run, index) ? (said[index] ?? []) : [])),
    ...said.filter((text, index) => said.indexOf(text) !== index).map((text) => `doubled: ${text}`),
  ];
}

interface CheckRun {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string; readonly summary: string; readonly text: string | null };
}

const compared = ['repositories', 'grants', 'reverts', 'reviews', 'audit_events', 'pulls'] as const;

/** A number that was given to what a crash undid is not given again; after one access may come late, and the sweep tells of what a webhook would have. */
const notCompared = {
  seq: undefined,
  late_until: undefined,
  merge_refused_at: undefined,
  delivery_id: undefined,
};

/** The app can look at a pull request of its own before it knows that it is one, and then keeps a note of that. */
const exceptions: Partial<Record<(typeof compared)[number], string>> = {
  pulls: 'where not exists (select from reverts where reverts.pull = pulls.pull)',
};

/** Every row; whether the audit log and its records agree; and the tasks that were given up. */
async function tables({ world }: Stage, database: Database): Promise<string[]> {
  const rows = await Promise.all(
    compared.map(async (table) =>
      (await database.run(`select * from ${table} ${exceptions[table] ?? ''}`)).rows.map(
        (row) =>
          `${table}: ${JSON.stringify({ ...row, ...notCompared, id: table === 'reverts' ? undefined : row['id'] })}`,
      ),
    ),
  );
  const paths = (await world.git('ls-tree', '-r', '--name-only', 'countersign/records')).split('\n');
  const records = await Promise.all(
    paths
      .filter((path) => path.startsWith('records/'))
      .map(async (path) => [path, await world.git('show', `countersign/records:${path}`)] as const),
  );
  const { pending, discrepancies } = verify(
    await allEvents(database.db),
    new Map(records),
    world.repository.id,
  );
  const left = await database.run(
    `select name, state from queue.job where state not in ('completed', 'cancelled') and start_after <= now()`,
  );
  return [
    ...rows.flat(),
    `records: ${pending} not written, ${discrepancies.map(({ problem }) => problem).join(', ') || 'none differs'}`,
    ...left.rows.map((task) => `queue: ${JSON.stringify(task)}`),
  ];
}

/** Replaces what differs from run to run by what it is. */
async function names({ world, suffix }: Stage, pulls: readonly Pull[]): Promise<(line: string) => string> {
  const log = await world.git('log', '--all', '--format=%H %an: %s');
  const commits = new Map(log.split('\n').map((line) => [line.slice(0, 40), nameOf(line.slice(41))]));
  // As people read them.
  const short = new Map([...commits].map(([sha, name]) => [sha.slice(0, 7), name]));
  const reviews = await Promise.all(
    pulls.map(async ({ number }) => {
      const { data } = await world
        .person('grace')
        .request<Review[]>('GET', `/repos/acme/access/pulls/${number}/reviews`);
      return data.map(({ id, user }): [RegExp, string] => [
        new RegExp(`\\b${id}\\b`, 'g'),
        `<review of ${user.login}>`,
      ]);
    }),
  );
  const patterns: [RegExp, string][] = [
    ...reviews.flat(),
    [new RegExp(`_${suffix}`, 'g'), ''],
    [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<id>'],
    [/\b[0-9a-f]{64}\b/g, '<digest>'],
    [/countersign\/revert-\d+/g, 'countersign/revert-N'],
    [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
    [/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<time>'],
    [/records\/\d{4}\/\d\d\/\d\d\/\d+-/g, 'records/'],
  ];
  return (line) =>
    patterns.reduce(
      (text, [pattern, name]) => text.replaceAll(pattern, name),
      line
        .replaceAll(/\b[0-9a-f]{40}\b/g, (sha) => commits.get(sha) ?? '<object>')
        .replaceAll(/\b[0-9a-f]{7}\b/g, (sha) => short.get(sha) ?? sha),
    );
}

/** Into which commit of theirs records came is left to how they came together. */
function nameOf(commit: string): string {
  return commit.startsWith('countersign[bot]: Record ') ? '<records>' : `<${commit}>`;
}
