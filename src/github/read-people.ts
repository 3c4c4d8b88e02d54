import type { Directory, Person, Team } from '../policies/directory.ts';
import { answered, named, unlessMissing, type RequestsRepository } from './requests-repository.ts';

/** Logins, and teams as `organization/slug`, that a decision needs. */
export interface Names {
  readonly people: Iterable<string>;
  readonly teams: Iterable<string>;
  /** Those of them of whom more is asked than whether there are such, and who their members are: what they may do here. */
  readonly closely?: Iterable<string>;
  /** Whether to ask who signs in with a second factor. */
  readonly secondFactors?: boolean;
}

/**
 * Looks up the people and teams that one decision needs, as they are now: nothing is kept from one decision to the next. A failure
 * to read throws; only GitHub's own 404 means that there is no such account or team.
 */
export async function readDirectory(repository: RequestsRepository, names: Names): Promise<Directory> {
  const logins = distinct(names.people);
  const teams = distinct(names.teams);
  const closely = new Set(distinct(names.closely ?? []));
  const [people, groups, without] = await Promise.all([
    Promise.all(
      logins.map(async (login) => [login, await readPerson(repository, login, closely.has(login))] as const),
    ),
    Promise.all(
      teams.map(async (team) => [team, await readTeam(repository, team, closely.has(team))] as const),
    ),
    names.secondFactors ? readWithoutSecondFactor(repository) : null,
  ]);
  return {
    organization: repository.owner.toLowerCase(),
    people: new Map(names.secondFactors ? people.map(withSecondFactor(without)) : people),
    teams: new Map(groups),
  };
}

function distinct(names: Iterable<string>): string[] {
  return [...new Set([...names].map((name) => name.toLowerCase()))];
}

async function readPerson(
  repository: RequestsRepository,
  login: string,
  closely: boolean,
): Promise<Person | null> {
  // Whose e-mail address it is can't be asked of GitHub: as an owner it stands for nobody.
  if (!isLogin(login)) return null;
  const { rest } = repository.octokit;
  const [membership, permission] = await Promise.all([
    unlessMissing(rest.orgs.getMembershipForUser({ org: repository.owner, username: login })),
    closely
      ? unlessMissing(rest.repos.getCollaboratorPermissionLevel({ ...named(repository), username: login }))
      : null,
  ]);
  const account =
    membership?.data.user ?? (await unlessMissing(rest.users.getByUsername({ username: login })))?.data;
  if (account?.login?.toLowerCase() !== login) return null;
  const { id, login: current, type } = account;
  const bot = type !== 'User';
  return {
    id,
    login: current,
    bot,
    member: !bot && membership?.data.state === 'active',
    ...(closely && { canWrite: !bot && mayPush(permission?.data, id) }),
  };
}

/** A path that ends in `..` is answered with something else. */
function isLogin(name: string): boolean {
  return /^[a-z\d][a-z\d_-]*(\[bot\])?$/.test(name);
}

type Permission = Awaited<
  ReturnType<RequestsRepository['octokit']['rest']['repos']['getCollaboratorPermissionLevel']>
>['data'];

/** Whether it is said of this very account: a login can be somebody else's from one answer to the next. */
function mayPush(permission: Permission | undefined, id: number): boolean {
  return permission?.user?.id === id && permission.user.permissions?.push === true;
}

/** Only of members does the list tell. */
function withSecondFactor(without: ReadonlySet<number> | null) {
  return ([login, person]: readonly [string, Person | null]): [string, Person | null] => {
    const twoFactor = without && person?.member ? !without.has(person.id) : null;
    return [login, person && { ...person, twoFactor }];
  };
}

/**
 * The members who sign in without a second factor; `null` where GitHub does not tell. Its documentation gives the filter to owners of the
 * organization alone (https://docs.github.com/en/rest/orgs/members#list-organization-members).
 */
async function readWithoutSecondFactor({
  octokit,
  owner,
}: RequestsRepository): Promise<ReadonlySet<number> | null> {
  try {
    const members = await octokit.paginate(octokit.rest.orgs.listMembers, {
      org: owner,
      filter: '2fa_disabled',
      per_page: 100,
    });
    return new Set(members.map(({ id }) => id));
  } catch (error) {
    if (answered(error, 403, 422)) return null;
    throw error;
  }
}

/**
 * A team as it is now; `name`: `organization/slug`, in lower case. `closely`: also which team it is, and what it may do in the repository. `null`:
 * GitHub knows none of the organization's by that name.
 */
async function readTeam(
  repository: RequestsRepository,
  name: string,
  closely: boolean,
): Promise<Team | null> {
  const { octokit } = repository;
  const [organization = '', ...rest] = name.split('/');
  const slug = rest.join('/');
  // A team of another organization can't be read with this installation's token, and owns nothing here.
  if (organization !== repository.owner.toLowerCase() || !isSlug(slug)) return null;
  const team = { org: repository.owner, team_slug: slug };
  const [members, standing] = await Promise.all([
    unlessMissing(octokit.paginate(octokit.rest.teams.listMembersInOrg, { ...team, per_page: 100 })),
    closely ? readStanding(repository, team) : {},
  ]);
  if (!standing || (!members && !closely)) return null;
  if (!members) throw new Error(`GitHub knows the team ${name} and not its members: look again`);
  return {
    name,
    ...standing,
    members: new Set(members.map(({ id }) => id)),
    logins: new Map(members.map(({ id, login }) => [id, login])),
  };
}

/** A path that ends in `..` is answered with something else. */
function isSlug(slug: string): boolean {
  return /^[a-z\d_-][a-z\d_.-]*$/.test(slug);
}

async function readStanding(
  repository: RequestsRepository,
  team: { readonly org: string; readonly team_slug: string },
): Promise<Required<Pick<Team, 'id' | 'visible' | 'canWrite'>> | null> {
  const { teams } = repository.octokit.rest;
  const [found, access] = await Promise.all([
    unlessMissing(teams.getByName(team)),
    unlessMissing(
      teams.checkPermissionsForRepoInOrg({
        ...team,
        ...named(repository),
        // Without this media type the answer is an empty 204.
        headers: { accept: 'application/vnd.github.v3.repository+json' },
      }),
    ),
  ]);
  if (found?.data.slug?.toLowerCase() !== team.team_slug) return null;
  return {
    id: found.data.id,
    visible: found.data.privacy === 'closed',
    canWrite: access?.data?.permissions?.push === true,
  };
}
