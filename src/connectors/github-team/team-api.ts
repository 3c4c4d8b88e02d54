import { z } from 'zod';

/** What the connector needs of an Octokit that acts as an App with `members: write` in the organization. */
export interface TeamOctokit {
  request(
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<{ readonly status: number; readonly data: unknown }>;
}

export interface Member {
  readonly id: number;
  readonly login: string;
}

/** One organization's teams, as far as the connector works with them. */
export interface TeamApi {
  /** The members of the team, those of its child teams among them: GitHub does not tell them apart. */
  members(team: string): Promise<Member[]>;
  /** The slugs of the teams right below. */
  children(team: string): Promise<string[]>;
  /** Whether the person is an active member of the organization. */
  isInOrganization(login: string): Promise<boolean>;
  /** Puts a person into the team, and says whether they are in it now or were only invited. */
  add(team: string, login: string): Promise<'active' | 'pending'>;
  remove(team: string, login: string): Promise<void>;
}

const members = z.array(z.object({ id: z.int(), login: z.string() }));
const teams = z.array(z.object({ slug: z.string() }));
const membership = z.object({ state: z.enum(['active', 'pending']) });
const pageSize = 100;

export function teamApi(octokit: TeamOctokit, org: string): TeamApi {
  const team = '/orgs/{org}/teams/{team_slug}';
  const ask = (route: string, parameters: Record<string, unknown>) =>
    octokit.request(route, { ...parameters, org, headers: { 'x-github-api-version': '2022-11-28' } });

  async function pages<Item>(route: string, slug: string, schema: z.ZodType<Item[]>): Promise<Item[]> {
    const all: Item[] = [];
    for (let page = 1; ; page += 1) {
      const { data } = await ask(route, { team_slug: slug, per_page: pageSize, page });
      const items = schema.parse(data);
      all.push(...items);
      if (items.length < pageSize) return all;
    }
  }

  return {
    members: (slug) => pages(`GET ${team}/members`, slug, members),
    children: async (slug) => (await pages(`GET ${team}/teams`, slug, teams)).map((child) => child.slug),
    isInOrganization: async (username) =>
      (await unlessMissing(ask('GET /orgs/{org}/members/{username}', { username })))?.status === 204,
    async add(slug, username) {
      const { data } = await ask(`PUT ${team}/memberships/{username}`, {
        team_slug: slug,
        username,
        role: 'member',
      });
      return membership.parse(data).state;
    },
    async remove(slug, username) {
      await unlessMissing(ask(`DELETE ${team}/memberships/{username}`, { team_slug: slug, username }));
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
