/** A GitHub account as it was read for one decision. Decisions know people by `id`; logins can be renamed and reused. */
export interface Person {
  readonly id: number;
  readonly login: string;
  readonly bot: boolean;
  /** An active member of the organization that owns the requests repository. */
  readonly member: boolean;
  /** May push to the requests repository: whoever may not is no code owner. Read only of those who are named as one, or as an approver. */
  readonly canWrite?: boolean;
  /** Signs in with a second factor. `null` or absent where GitHub does not say. */
  readonly twoFactor?: boolean | null;
}

export interface Team {
  /** Read only, as the next two, of a team that owns, approves or receives. */
  readonly id?: number;
  /** `organization/slug`, in lower case. */
  readonly name: string;
  /** Secret teams own nothing. */
  readonly visible?: boolean;
  readonly canWrite?: boolean;
  /** Ids of the active members, child teams included. */
  readonly members: ReadonlySet<number>;
  /** Their logins by id. */
  readonly logins?: ReadonlyMap<number, string>;
}

/**
 * The people and teams that one decision needs, read before it is made. `null` is GitHub's word that there is no such account or
 * team; a name that was never looked up is not in the map at all, and asking for it is a bug.
 */
export interface Directory {
  /** The organization's login, in lower case. */
  readonly organization: string;
  /** By login, in lower case. */
  readonly people: ReadonlyMap<string, Person | null>;
  /** By `organization/slug`, in lower case. */
  readonly teams: ReadonlyMap<string, Team | null>;
}

/** A person or a team as CODEOWNERS and policies write them: `@login`, `@org/team`, or an e-mail address in CODEOWNERS. */
export type PartyName = string;

export function personNamed(directory: Directory, login: string): Person | null {
  const person = directory.people.get(login.toLowerCase());
  if (person === undefined) throw new Error(`the account ${login} was not looked up before the decision`);
  return person;
}

export function teamNamed(directory: Directory, name: string): Team | null {
  const team = directory.teams.get(name.toLowerCase());
  if (team === undefined) throw new Error(`the team ${name} was not looked up before the decision`);
  return team;
}

/** The id of a team that receives something; `undefined`: there is no such team. */
export function idOfTeam(directory: Directory, name: string): number | undefined {
  const team = teamNamed(directory, name);
  if (team && team.id === undefined)
    throw new Error(`what the team ${name} is was not looked up before the decision`);
  return team?.id;
}

/**
 * Whether a person is one of the parties, as a member of a named team or by name. `@org` alone, the organization's own name, means its
 * active members.
 */
export function isAmong(directory: Directory, person: Person, parties: readonly PartyName[]): boolean {
  return parties.some((party) => {
    const name = party.replace(/^@/, '');
    if (name.includes('/')) return teamNamed(directory, name)?.members.has(person.id) ?? false;
    if (name.toLowerCase() === directory.organization) return person.member;
    return personNamed(directory, name)?.id === person.id;
  });
}
