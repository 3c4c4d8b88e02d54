import {
  isAmong,
  personNamed,
  teamNamed,
  type Directory,
  type PartyName,
  type Person,
} from '../policies/directory.ts';

/** Who is asked to approve. */
export interface Asked {
  readonly kind: 'code-owners' | 'group';
  /** As written: `@login`, `@organization/team`, an e-mail address of a code owner, `@organization` in a group. */
  readonly parties: readonly PartyName[];
}

/**
 * Whether a person's approval can meet what is asked, as the directory has them now: an active member and no bot, for code owners also
 * somebody who may write, by themselves or as a member of a team that may. Whether they contributed is another question.
 */
export function mayMeet({ kind, parties }: Asked, person: Person, directory: Directory): boolean {
  if (person.bot || !person.member) return false;
  if (kind === 'group') return isAmong(directory, person, parties);
  const owners = parties.filter((party) => canOwn(party, directory));
  const teams = owners.filter(isTeam);
  // A team that may write lets its members; where more was asked about one of them, that counts.
  const { canWrite = isAmong(directory, person, teams) } = person;
  return canWrite && isAmong(directory, person, owners);
}

/** GitHub takes visible teams with write access for code owners, and people; never a whole organization, which `@acme` means in a policy. */
function canOwn(party: PartyName, directory: Directory): boolean {
  const name = nameOf(party);
  if (name === directory.organization) return false;
  if (!isTeam(party)) return personNamed(directory, name) !== null;
  const team = teamNamed(directory, name);
  return team?.visible === true && team.canWrite === true;
}

function isTeam(party: PartyName): boolean {
  return party.includes('/');
}

/** The account ids of those who can meet what is asked; `everyone` where it is the organization's members, who are not listed. */
export function candidates(asked: Asked, directory: Directory): ReadonlySet<number> | 'everyone' {
  const { kind, parties } = asked;
  const standing = kind === 'group' ? parties : parties.filter((party) => canOwn(party, directory));
  if (standing.some((party) => nameOf(party) === directory.organization)) return 'everyone';
  const known = new Map(
    [...directory.people.values()].flatMap((person) => (person ? [[person.id, person]] : [])),
  );
  const ids = standing.flatMap((party) => idsOf(party, directory));
  return new Set(
    ids.filter((id) => {
      const person = known.get(id);
      return person === undefined || mayMeet(asked, person, directory);
    }),
  );
}

function idsOf(party: PartyName, directory: Directory): number[] {
  const name = nameOf(party);
  if (isTeam(party)) return [...(teamNamed(directory, name)?.members ?? [])];
  const person = personNamed(directory, name);
  return person ? [person.id] : [];
}

function nameOf(party: PartyName): string {
  return party.replace(/^@/, '').toLowerCase();
}
