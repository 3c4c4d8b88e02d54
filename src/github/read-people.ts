import type { Directory, Person, Team } from '../policies/directory.ts';
import { readTeams } from './read-teams.ts';
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
  const [groups, without] = await Promise.all([
    readTeams(repository, teams, closely),
    names.secondFactors ? readWithoutSecondFactor(repository) : null,
  ]);
  const members = membersOf(groups.values());
  const people = await Promise.all(
    logins.map(
      async (login) =>
        [login, await readPerson(repository, login, { closely: closely.has(login), members })] as const,
    ),
  );
  return {
    organization: repository.owner.toLowerCase(),
    people: new Map(names.secondFactors ? people.map(withSecondFactor(without)) : people),
    teams: groups,
  };
}

function distinct(names: Iterable<string>): string[] {
  return [...new Set([...names].map((name) => name.toLowerCase()))];
}

/** An account, as far as a team's members or a membership tell of it. */
type Known = Pick<Person, 'id' | 'login'>;

/**
 * The members of teams, by login. Nobody else than an active member of the organization is in one of its teams
 * (https://docs.github.com/en/organizations/organizing-members-into-teams/about-teams): who is invited is in none yet.
 */
function membersOf(teams: Iterable<Team | null>): ReadonlyMap<string, Known> {
  const members = new Map<string, Known>();
  for (const team of teams)
    for (const [id, login] of team?.logins ?? []) members.set(login.toLowerCase(), { id, login });
  return members;
}

async function readPerson(
  repository: RequestsRepository,
  login: string,
  { closely, members }: { readonly closely: boolean; readonly members: ReadonlyMap<string, Known> },
): Promise<Person | null> {
  // Whose e-mail address it is can't be asked of GitHub: as an owner it stands for nobody.
  if (!isLogin(login)) return null;
  const { rest } = repository.octokit;
  const member = members.get(login);
  const [account, permission] = await Promise.all([
    member ? { ...member, bot: false, member: true } : readAccount(repository, login),
    closely
      ? unlessMissing(rest.repos.getCollaboratorPermissionLevel({ ...named(repository), username: login }))
      : null,
  ]);
  if (!account) return null;
  return {
    ...account,
    ...(closely && { canWrite: !account.bot && mayPush(permission?.data, account.id) }),
  };
}

async function readAccount(
  { octokit: { rest }, owner }: RequestsRepository,
  login: string,
): Promise<Person | null> {
  const membership = await unlessMissing(rest.orgs.getMembershipForUser({ org: owner, username: login }));
  const account =
    membership?.data.user ?? (await unlessMissing(rest.users.getByUsername({ username: login })))?.data;
  if (account?.login?.toLowerCase() !== login) return null;
  const bot = account.type !== 'User';
  return {
    id: account.id,
    login: account.login,
    bot,
    member: !bot && membership?.data.state === 'active',
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
