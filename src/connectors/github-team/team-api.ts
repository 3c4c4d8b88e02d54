import { z } from 'zod';

/**
 * What the connector needs of an Octokit that acts as an App with `members: write` in the organization. What it throws has a `status` where GitHub
 * answered what was asked, and only then: a sign-in that fails with 404 must not look like an account that is gone.
 */
export interface TeamOctokit {
  request(
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<{ readonly status: number; readonly data: unknown }>;
}

/** An account as it is called now: the login can be renamed and reused, the id stays. */
export interface Account {
  readonly id: number;
  readonly login: string;
}

/** One organization's teams, as far as the connector works with them. */
export interface TeamApi {
  /** The members of the team, those of its child teams among them: GitHub does not tell them apart. */
  members(team: string): Promise<Account[]>;
  /** Accounts that are to become members when they accept an invitation. */
  invited(team: string): Promise<Account[]>;
  /** The slugs of the teams right below. */
  children(team: string): Promise<string[]>;
  /** The slug of the team right above; `null` where there is none. */
  parent(team: string): Promise<string | null>;
  /** The login that an account has now; `undefined` where there is no such account. */
  loginOf(id: number): Promise<string | undefined>;
  /** Whether whoever has this login is an active member of the organization. */
  isInOrganization(login: string): Promise<boolean>;
  /** Puts whoever has this login into the team, and says whether they are in it now or were only invited. */
  add(team: string, login: string): Promise<'active' | 'pending'>;
  /** Takes whoever has this login out of the team, or takes their invitation to it back. */
  remove(team: string, login: string): Promise<void>;
}

const account = z.object({ id: z.int(), login: z.string() });
const accounts = z.array(account);
/** Whoever was invited by e-mail has no login yet. */
const invitations = z.array(z.object({ login: z.string().nullable() }));
const teams = z.array(z.object({ slug: z.string() }));
const below = z.object({ parent: z.object({ slug: z.string() }).nullish() });
const membership = z.object({ state: z.enum(['active', 'pending']) });
const pageSize = 100;

export function teamApi(octokit: TeamOctokit, org: string): TeamApi {
  const team = '/orgs/{org}/teams/{team_slug}';
  const ask = (route: string, parameters: Record<string, unknown>) =>
    octokit.request(route, { ...parameters, headers: { 'x-github-api-version': '2022-11-28' } });

  async function pages<Item>(route: string, slug: string, schema: z.ZodType<Item[]>): Promise<Item[]> {
    const all: Item[] = [];
    for (let page = 1; ; page += 1) {
      const { data } = await ask(route, { org, team_slug: slug, per_page: pageSize, page });
      const items = schema.parse(data);
      all.push(...items);
      if (items.length < pageSize) return all;
    }
  }

  async function accountAt(route: string, parameters: Record<string, unknown>): Promise<Account | undefined> {
    const answer = await unlessMissing(ask(route, parameters));
    return answer && account.parse(answer.data);
  }

  return {
    members: (slug) => pages(`GET ${team}/members`, slug, accounts),
    async invited(slug) {
      const pending = await pages(`GET ${team}/invitations`, slug, invitations);
      const logins = pending.flatMap(({ login }) => login ?? []);
      const invited = await Promise.all(
        logins.map((username) => accountAt('GET /users/{username}', { username })),
      );
      return invited.filter((each) => each !== undefined);
    },
    children: async (slug) => (await pages(`GET ${team}/teams`, slug, teams)).map((child) => child.slug),
    async parent(slug) {
      const { data } = await ask(`GET ${team}`, { org, team_slug: slug });
      return below.parse(data).parent?.slug ?? null;
    },
    loginOf: async (id) => (await accountAt('GET /user/{account_id}', { account_id: id }))?.login,
    isInOrganization: async (username) =>
      (await unlessMissing(ask('GET /orgs/{org}/members/{username}', { org, username })))?.status === 204,
    async add(slug, username) {
      const { data } = await ask(`PUT ${team}/memberships/{username}`, {
        org,
        team_slug: slug,
        username,
        role: 'member',
      });
      return membership.parse(data).state;
    },
    async remove(slug, username) {
      await unlessMissing(ask(`DELETE ${team}/memberships/{username}`, { org, team_slug: slug, username }));
    },
  };
}

async function unlessMissing<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'status' in error && error.status === 404)
      return undefined;
    throw error;
  }
}
