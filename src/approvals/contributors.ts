import type { ResolvedRequest } from '../policies/decision.ts';
import type { Directory } from '../policies/directory.ts';

/** A git signature's e-mail and the account it belongs to: `null` where it belongs to nobody. */
export interface Signature {
  readonly email: string;
  readonly account: { readonly id: number } | null;
}

/** A commit of the head that the base does not have, on side branches merged in too. */
export interface ContributedCommit {
  readonly sha: string;
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** A merge of the base whose tree equals the clean merge of its parents: it adds nothing, whoever made it. */
  readonly cleanMerge: boolean;
}

/** Somebody who contributed and whom nobody knows. */
export interface UnknownContributor {
  /** `null` where it is not a commit but a push that they made. */
  readonly sha: string | null;
  /** What is known of them, as the commit has it. */
  readonly email: string | null;
  /** What they did and why they are unknown, as the end of "nobody's approval counts: …". */
  readonly reason: string;
}

/** Who must not approve (design, invariant 4). */
export interface Contributors {
  /** Account id -> what they did, as in "opened this pull request". */
  readonly people: ReadonlyMap<number, string>;
  /** Any of these may be the one who approves: while there is one, nobody's approval counts. */
  readonly unknown: readonly UnknownContributor[];
}

export interface Contributions {
  readonly author: { readonly id: number };
  readonly commits: readonly ContributedCommit[];
  /** E-mail address in lower case -> account id, for co-authors. An address that is not here belongs to nobody. */
  readonly accounts: ReadonlyMap<string, number>;
  /** Everybody who pushed to the branch; `null` for somebody whom GitHub does not name. */
  readonly pushers: readonly ({ readonly id: number } | null)[];
  /** Who would receive the access. */
  readonly principals: readonly ResolvedRequest['principal'][];
  readonly directory: Directory;
}

/** Who contributed to a pull request or would gain by it, each with the first reason that applies. */
export function contributorsOf(contributions: Contributions): Contributors {
  const { author, commits, accounts, pushers, principals, directory } = contributions;
  const people = new Map<number, string>([[author.id, 'opened this pull request']]);
  const unknown: UnknownContributor[] = [];
  const add = (id: number, reason: string) => people.has(id) || people.set(id, reason);

  for (const principal of principals)
    for (const [id, reason] of receivers(principal, directory)) add(id, reason);
  for (const pusher of pushers) {
    if (pusher) add(pusher.id, 'pushed to this branch');
    else unknown.push({ sha: null, email: null, reason: 'GitHub does not say who pushed to this branch' });
  }
  for (const commit of commits)
    for (const { id, did, email } of signers(commit, accounts)) {
      const reason = `${did} ${commit.sha.slice(0, 7)}`;
      if (id !== undefined) add(id, reason);
      else
        unknown.push({
          sha: commit.sha,
          email,
          reason: `<${email}>, who ${reason}, belongs to no GitHub account`,
        });
    }
  return { people, unknown };
}

function receivers(
  { kind, id, name }: ResolvedRequest['principal'],
  { teams }: Directory,
): [id: number, reason: string][] {
  if (kind === 'service_account') return [];
  if (kind === 'user') {
    if (id === null) throw new Error(`the account of ${name} was not looked up before the decision`);
    return [[id, 'would receive the access']];
  }
  const team = [...teams.values()].find((candidate) => candidate?.id === id);
  if (!team) throw new Error(`the team ${name} was not looked up before the decision`);
  return [...team.members].map((member) => [member, 'is in the team that would receive the access']);
}

interface Signer {
  readonly id: number | undefined;
  readonly did: string;
  readonly email: string;
}

function signers(commit: ContributedCommit, accounts: ReadonlyMap<string, number>): Signer[] {
  if (commit.cleanMerge) return [];
  const { author, committer, message } = commit;
  return [
    { id: author.account?.id, did: 'wrote commit', email: author.email },
    ...(isWebFlow(committer)
      ? []
      : [{ id: committer.account?.id, did: 'committed', email: committer.email }]),
    ...coAuthors(message).map((email) => ({
      id: accounts.get(email.toLowerCase()) ?? noReplyId(email),
      did: 'co-authored commit',
      email,
    })),
  ];
}

/** The id in the address that GitHub gives an account (https://docs.github.com/en/account-and-profile/reference/email-addresses-reference). */
function noReplyId(email: string): number | undefined {
  const [, id] = /^(\d{1,15})\+[^@]+@users\.noreply\.github\.com$/i.exec(email) ?? [];
  return id === undefined ? undefined : Number(id);
}

/** The committer of what is done on GitHub's own pages. Whoever did it there is the author. */
function isWebFlow({ email }: Signature): boolean {
  return email.toLowerCase() === 'noreply@github.com';
}

/**
 * The e-mail addresses of the `Co-authored-by:` trailers, wherever they stand in the message; the whole text of one that has no
 * address.
 */
export function coAuthors(message: string): string[] {
  return [...message.matchAll(/^[ \t]*co-authored-by[ \t]*:(.*)$/gimu)].map(([, value = '']) => {
    const person = value.trim();
    return /<([^<>]*)>$/u.exec(person)?.[1]?.trim() || person;
  });
}
