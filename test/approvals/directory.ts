import type { Directory, Person, Team } from '../../src/policies/directory.ts';

interface Facts {
  /** Login or e-mail address -> what differs from an active member who may write. */
  readonly people: Readonly<Record<string, (Partial<Person> & { readonly id: number }) | null>>;
  readonly teams?: Readonly<
    Record<string, (Partial<Omit<Team, 'members'>> & { readonly members: number[] }) | null>
  >;
}

/** The organization `acme` with these people and teams. */
export function directoryOf({ people, teams = {} }: Facts): Directory {
  return {
    organization: 'acme',
    people: new Map(
      Object.entries(people).map(([login, facts]) => [
        login,
        facts && { login, bot: false, member: true, canWrite: true, ...facts },
      ]),
    ),
    teams: new Map(
      Object.entries(teams).map(([name, facts], index) => [
        name,
        facts && {
          id: 100 + index,
          name,
          visible: true,
          canWrite: true,
          ...facts,
          members: new Set(facts.members),
        },
      ]),
    ),
  };
}
