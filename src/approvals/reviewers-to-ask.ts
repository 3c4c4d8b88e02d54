import { teamNamed, type Directory } from '../policies/directory.ts';
import type { ApprovalState } from './approval.ts';

/** Logins, and slugs of the organization's teams, as GitHub wants them named. */
export interface Reviewers {
  readonly people: readonly string[];
  readonly teams: readonly string[];
}

/**
 * Whom to ask for a review: the teams and the people whom an open requirement names, and whoever gave one that does not count any more. Of the
 * people only those who can still approve. Teams that can't see the repository can't be asked.
 */
export function reviewersToAsk(
  { state, requirements, notCounting }: ApprovalState,
  directory: Directory,
): Reviewers {
  if (state !== 'waiting') return { people: [], teams: [] };
  const open = requirements.filter(({ met }) => !met);
  const named = new Set(
    open.flatMap(({ requirement }) => requirement.parties).map((party) => party.toLowerCase()),
  );
  const again = new Set(notCounting.map(({ login }) => login));
  const people = open
    .flatMap(({ canApprove }) => canApprove)
    .filter(({ login, canWrite }) => canWrite && (named.has(`@${login.toLowerCase()}`) || again.has(login)));
  const teams = [...named]
    .filter((party) => party.includes('/'))
    .map((party) => party.slice(1))
    .filter((name) => {
      const team = teamNamed(directory, name);
      return team?.visible === true && team.canWrite === true;
    });
  return {
    people: [...new Set(people.map(({ login }) => login))].toSorted(),
    teams: teams.map((name) => name.slice(name.indexOf('/') + 1)).toSorted(),
  };
}
