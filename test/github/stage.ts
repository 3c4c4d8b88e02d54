import { pino } from 'pino';
import { Probot } from 'probot';
import { gitReader, type GitReader } from '../../src/github/git-objects.ts';
import { clientClass } from '../../src/github/client.ts';
import { openRepository } from '../../src/github/installation.ts';
import type { RequestsRepository } from '../../src/github/requests-repository.ts';
import { writeObject } from '../../src/sandbox/git/object-writer.ts';
import { startSandbox, type AppKeys, type Seed, type World } from '../../src/sandbox/start.ts';
import { seed } from '../sandbox/world.ts';

/** A GitHub, and the repository in it as the app opens it. */
export interface Stage {
  readonly world: World;
  readonly probot: Probot;
  readonly repository: RequestsRepository;
  readonly traffic: Traffic;
  /** Sets the client's clock forward: GitHub takes calls again. */
  later(minutes: number): void;
  /** A reader that has kept nothing yet. */
  reader(): GitReader;
  /** The same repository, opened by another app. */
  openedBy(app: AppKeys): Promise<RequestsRepository>;
  /** Writes so many commits on top of the default branch, the first first, and leaves every branch as it is. */
  commits(count: number): Promise<string[]>;
  close(): Promise<void>;
}

/** What went over the wire, and where it is bent: for what a sandbox can't be brought to, such as its own limits. */
export interface Traffic {
  /** `METHOD /path?query` and headers, oldest first. */
  readonly calls: { readonly line: string; readonly headers: Headers }[];
  /** The lines of those that change something, since `forget`. */
  writes(): string[];
  forget(): void;
  /** Alters the body of the sandbox's own answer to a call. */
  alter(line: RegExp, change: (body: never) => unknown): void;
  /** Answers in the place of the sandbox. */
  answer(line: RegExp, status: number, body?: unknown): void;
  /** Lets something happen just before a call goes out, once. */
  before(line: RegExp, happens: () => Promise<unknown>): void;
  /** Takes every bend away. */
  straighten(): void;
}

export async function openStage(change: Partial<Seed> = {}): Promise<Stage> {
  const sandbox = await startSandbox({ now: () => new Date('2026-11-23T10:00:00Z') });
  const world = await sandbox.seed({ ...seed, ...change });
  const { traffic, fetch } = bentTraffic();
  let now = Date.parse('2026-11-23T10:00:00Z');
  const probotOf = ({ id, privateKey, webhookSecret }: AppKeys) =>
    new Probot({
      appId: id,
      privateKey,
      secret: webhookSecret,
      baseUrl: sandbox.url,
      Octokit: clientClass({ throttled: false, now: () => now }),
      log: pino({ level: 'silent' }),
      request: { fetch },
    });
  const open = (probot: Probot, app: AppKeys) =>
    openRepository(probot, app.id, {
      id: world.repository.id,
      owner: 'acme',
      repo: 'access',
      branch: 'main',
    });
  const probot = probotOf(world.app);
  const repository = await open(probot, world.app);
  return {
    world,
    probot,
    repository,
    traffic,
    later: (minutes) => void (now += minutes * 60_000),
    reader: () => gitReader(repository),
    openedBy: (app) => open(probotOf(app), app),
    commits: (count) => commitsOn(world, count),
    close: () => sandbox.close(),
  };
}

/** A process of git for each would take seconds. */
async function commitsOn(world: World, count: number): Promise<string[]> {
  const ask = async (revision: string) => (await world.git('rev-parse', revision)).trim();
  const folder = (await world.git('rev-parse', '--absolute-git-dir')).trim();
  const [tree, main] = [await ask('main^{tree}'), await ask('main')];
  const signature = 'mona <mona@acme.com> 1795428000 +0000';
  const shas: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const text = `tree ${tree}\nparent ${shas.at(-1) ?? main}\nauthor ${signature}\ncommitter ${signature}\n\n${index}\n`;
    shas.push(writeObject(folder, 'commit', Buffer.from(text)));
  }
  return shas;
}

interface Bend {
  readonly line: RegExp;
  readonly answer: (real: () => Promise<Response>) => Promise<Response>;
}

function bentTraffic(): { traffic: Traffic; fetch: typeof globalThis.fetch } {
  const calls: Traffic['calls'] = [];
  let bends: Bend[] = [];
  const traffic: Traffic = {
    calls,
    writes: () =>
      calls.map(({ line }) => line).filter((line) => !/^GET |access_tokens$|\/graphql query$/.test(line)),
    forget: () => calls.splice(0),
    alter: (line, change) =>
      bends.push({
        line,
        async answer(real) {
          const { status, headers, body } = await readable(await real());
          return new Response(JSON.stringify(change(JSON.parse(body) as never)), { status, headers });
        },
      }),
    answer: (line, status, body = { message: 'answered by the test' }) =>
      bends.push({ line, answer: async () => Response.json(body, { status }) }),
    before(line, happens) {
      const bend: Bend = {
        line,
        async answer(real) {
          bends = bends.filter((other) => other !== bend);
          await happens();
          return real();
        },
      };
      bends.push(bend);
    },
    straighten: () => (bends = []),
  };
  return {
    traffic,
    async fetch(input, init) {
      const { method, headers, url } = new Request(input, init);
      const { pathname, search } = new URL(url);
      const line = `${method} ${pathname}${search}${operationIn(init?.body)}`;
      calls.push({ line, headers });
      const real = () => globalThis.fetch(input, init);
      const bend = bends.find((each) => each.line.test(line));
      return bend ? bend.answer(real) : real();
    },
  };
}

async function readable(response: Response) {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return { status: response.status, headers, body: await response.text() };
}

/** What a call of the GraphQL API is, which all have one address: ` query` or ` mutation`. */
function operationIn(body: unknown): string {
  return typeof body === 'string'
    ? (/^\{"query":"\s*(query|mutation)\b/.exec(body)?.[1] ?? '').replace(/^./, ' $&')
    : '';
}
