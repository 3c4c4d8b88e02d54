import type { AuditEvent } from '../../src/audit/event.ts';
import { verify, type Verification } from '../../src/audit/verify.ts';
import { allEvents } from '../../src/database/audit-events.ts';
import { grantsOfRequest } from '../../src/database/grants.ts';
import { readRecords } from '../../src/github/records-branch.ts';
import type { Grant } from '../../src/grants/grant.ts';
import type { Answer, PullJson } from '../../src/sandbox/start.ts';
import { entries, type Entry } from './acme-access.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

/** A check run as the sandbox has it. */
export interface Check {
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly summary: string;
  /** Every reason; `null`: none were given. */
  readonly text: string | null;
  readonly annotations: readonly { readonly file: string; readonly line: number; readonly code: string }[];
}

type Files = Readonly<Record<string, string | null>>;

/** What people do on the stage, and what can be read back of what came of it. Whatever they do, everything settles before it returns. */
export interface Acme extends Stage {
  /** Opens a pull request from a branch of its own. */
  proposes(who: string, files: Files, branch?: string): Promise<PullJson>;
  /** The same, for one entry in a file of its own. */
  asks(entry: Entry, options?: { readonly by?: string; readonly file?: string }): Promise<PullJson>;
  pushes(who: string, branch: string, files: Files, options?: Parameters<Writes>[3]): Promise<string>;
  approves(who: string, pull: PullJson): Promise<Answer>;
  merges(who: string, pull: PullJson, method?: 'merge' | 'squash' | 'rebase'): Promise<Answer>;
  /** Asks, has it approved by ada, and merges it. */
  obtains(entry: Entry, options?: { readonly file?: string }): Promise<PullJson>;
  pull(number: number): Promise<PullJson>;
  check(pull: PullJson, name?: 'access/policy' | 'access/approval'): Promise<Check>;
  /** Whether the target gives somebody the resource's reader role now. */
  holds(who: string, resource: string): Promise<boolean>;
  /** Every grant that there ever was for a user, or `team:SLUG`, on a resource, the latest first. */
  grants(who: string, resource: string): Promise<Grant[]>;
  /** What stands in a file on the default branch; null: no such file. */
  onMain(file: string): Promise<string | null>;
  /** The audit log's events of one pull request. */
  told(pull: PullJson): Promise<AuditEvent[]>;
  events(): Promise<AuditEvent[]>;
  comments(pull: PullJson): Promise<string[]>;
  reverts(): Promise<PullJson[]>;
  verified(): Promise<Verification>;
}

type Writes = ReturnType<Stage['world']['person']>['writesFiles'];

export async function openAcme(options?: StageOptions): Promise<Acme> {
  const stage = await openStage(options);
  const { world, target } = stage;
  const repository = `/repos/${world.repository.fullName}`;
  let branches = 0;

  async function read<Data>(path: string): Promise<Data> {
    const { status, data } = await world.person('grace').request('GET', `${repository}${path}`);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(data)}`);
    return data as Data;
  }

  /** What waits for its likes is carried out now. */
  async function gathered(): Promise<void> {
    await stage.app().parts.queue.hurry();
    await stage.settled();
  }

  const acme: Acme = {
    ...stage,
    async proposes(who, files, branch = `${who}/${(branches += 1)}`) {
      const pull = await world.person(who).opensPullRequest({ title: 'Access', branch, files: { ...files } });
      await stage.settled();
      return acme.pull(pull.number);
    },
    asks: (entry, { by = entry.user ?? 'mona', file = fileOf(entry) } = {}) =>
      acme.proposes(by, { [file]: entries(entry) }),
    async pushes(who, branch, files, pushOptions) {
      const { sha } = await world.person(who).writesFiles(branch, { ...files }, undefined, pushOptions);
      await stage.settled();
      return sha;
    },
    async approves(who, pull) {
      const answer = await world.person(who).approves(pull.number);
      await stage.settled();
      return answer;
    },
    async merges(who, pull, method = 'merge') {
      const answer = await world.person(who).merges(pull.number, { method });
      await stage.settled();
      return answer;
    },
    async obtains(entry, { file = fileOf(entry) } = {}) {
      const pull = await acme.asks(entry, { file });
      await acme.approves('ada', pull);
      const merge = await acme.merges(entry.user ?? 'mona', pull);
      if (merge.status !== 200) throw new Error(`it was not merged: ${JSON.stringify(merge.data)}`);
      return pull;
    },
    pull: (number) => read(`/pulls/${number}`),
    async check(pull, name = 'access/policy') {
      const { head } = await acme.pull(pull.number);
      const { check_runs: runs } = await read<{ check_runs: CheckRunJson[] }>(
        `/commits/${head.sha}/check-runs?check_name=${name}`,
      );
      const [run] = runs;
      if (!run) throw new Error(`there is no ${name} on #${pull.number}`);
      const annotations = await read<AnnotationJson[]>(`/check-runs/${run.id}/annotations`);
      return {
        status: run.status,
        conclusion: run.conclusion,
        ...run.output,
        annotations: annotations.map(({ path, start_line, title }) => ({
          file: path,
          line: start_line,
          code: title,
        })),
      };
    },
    async holds(who, resource) {
      const { rows } = await target.client.query(
        `select 1 from pg_auth_members join pg_roles role on role.oid = roleid join pg_roles member on member.oid = member
          where role.rolname = $1 and member.rolname = $2`,
        [target.name(`reader-${resource}`), target.name(who)],
      );
      return rows.length > 0;
    },
    grants: (who, resource) =>
      grantsOfRequest(
        stage.database.db,
        world.repository.id,
        `${who.includes(':') ? who : `user:${who}`} ${resource}:reader`,
      ),
    onMain: (file) => world.git('show', `main:${file}`).catch(() => null),
    told: async ({ number }) => (await acme.events()).filter(({ pull }) => pull === number),
    events: async () => (await allEvents(stage.database.db)).map(({ event }) => event),
    async comments({ number }) {
      await gathered();
      return (await read<{ body: string }[]>(`/issues/${number}/comments`)).map(({ body }) => body);
    },
    reverts: async () =>
      (await read<PullJson[]>('/pulls?state=all&direction=asc&per_page=100')).filter(({ head }) =>
        head.ref.startsWith('countersign/revert'),
      ),
    async verified() {
      const { parts } = stage.app();
      await gathered();
      const { git } = await parts.workplace(world.repository.id);
      return verify(await allEvents(stage.database.db), await readRecords(git));
    },
  };
  return acme;
}

/** Most tests ask in a file of their own, so that none meets another's entries. */
export function fileOf({ resource }: Pick<Entry, 'resource'>): string {
  return `access-requests/${resource}.yaml`;
}

interface CheckRunJson {
  readonly id: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string; readonly summary: string; readonly text: string | null };
}

interface AnnotationJson {
  readonly path: string;
  readonly start_line: number;
  readonly title: string;
}
