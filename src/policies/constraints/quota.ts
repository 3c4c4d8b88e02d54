import { requestKey } from '../../requests/access-request.ts';
import { violation, type Violation } from '../../requests/violation.ts';
import { placeIn, samePrincipalNamed, type Asked, type Constraint } from '../evaluation.ts';
import { ownGrants, principalOf } from '../own-grants.ts';
import { samePrincipal, type PastGrant } from '../past-grant.ts';
import { beginOf, endOfAccess, runningSince } from './how-long.ts';

const days30 = 30 * 24 * 60 * 60_000;

/**
 * Not more than the role's quota at the same time, nor within 30 days: `active_per_principal` counts what one principal holds on this
 * resource, `active` everybody who holds this role, `per_30_days` how often one principal was given it. What the same pull request asks for
 * counts too, and what the entry extends does not. (`cooldown` is in how-long.ts.)
 */
export const quota: Constraint = (asked) => {
  const { entry, resource, role, context } = asked;
  const { quota: limits } = role;
  if (!context.directory || !limits || Object.keys(limits).length === 0) return [];
  if (!context.history) {
    const message = `${role.name} has a quota, and what was granted before is not known.`;
    const remedy = 'Nothing in the request can mend this: tell the operator of Countersign.';
    return [violation(placeIn(entry, 'role', 'template'), 'condition-failed', message, remedy)];
  }
  const beside = heldBeside(asked).filter((held) => held.resource === resource.name);
  const ours = beside.filter((held) => held.ours);
  const holders = beside.filter((held) => held.role === role.name);
  const who = entry.request.principal.name;
  const what = `${role.name} on ${resource.name}`;
  return [
    ...exceeded(asked, limits.activePerPrincipal, ours.length + 1, (count) => ({
      message: `${who} would hold ${count} roles on ${resource.name} at the same time`,
      remedy: 'Give another one back first, or ask when it has ended.',
    })),
    ...exceeded(asked, limits.active, holders.length + 1, (count) => ({
      message: `${count} principals would hold ${what} at the same time`,
      remedy: 'Ask when somebody has given it back.',
    })),
    ...exceeded(asked, limits.per30Days, givenLately(asked).length + 1, (count) => ({
      message: `${who} would be given ${what} ${count} times within 30 days`,
      remedy: 'Ask later; the owners of the policy can raise the quota.',
    })),
  ];
};

function exceeded(
  { entry }: Asked,
  limit: number | undefined,
  count: number,
  say: (count: number) => { readonly message: string; readonly remedy: string },
): Violation[] {
  if (limit === undefined || count <= limit) return [];
  const { message, remedy } = say(count);
  const place = placeIn(entry, 'role', 'template');
  return [violation(place, 'quota-exceeded', `${message}; the quota is ${limit}.`, remedy)];
}

interface Held {
  readonly resource: string;
  readonly role: string;
  /** By the principal of the entry. */
  readonly ours: boolean;
}

/** What would be held at the same time as what the entry asks for, by whomever: what was granted, and what is asked for beside it. */
function heldBeside(asked: Asked): Held[] {
  const { entry, context } = asked;
  const { history, alsoAsked, held = [] } = context;
  const principal = principalOf(asked);
  const own = new Set(ownGrants(asked));
  const isOurs = (grant: PastGrant) => principal !== undefined && samePrincipal(grant.principal, principal);
  const granted = (history ?? []).filter((grant) => !own.has(grant) && overlaps(grant, asked));
  const known = new Set([requestKey(entry), ...(history ?? []).flatMap((g) => (g.live ? [g.key] : []))]);
  const asking = (alsoAsked ?? held).filter((other) => !known.has(requestKey(other)));
  return [
    ...granted.map((grant) => ({ resource: grant.resource, role: grant.role, ours: isOurs(grant) })),
    ...asking.map((other) => ({
      resource: other.resource,
      role: other.role,
      ours: samePrincipalNamed(entry, other),
    })),
  ];
}

/** A grant whose time is up and that is still to be taken back stands until it was. */
function overlaps({ live, startsAt, expiresAt }: PastGrant, asked: Asked): boolean {
  const overdue = expiresAt <= asked.context.now;
  return live && startsAt < (endOfAccess(asked) ?? Infinity) && (overdue || expiresAt > beginOf(asked));
}

/** The grants of the role to the principal that began within the 30 days before; not the one that the entry extends. */
function givenLately(asked: Asked): PastGrant[] {
  const own = ownGrants(asked).filter(({ startsAt }) => startsAt <= asked.context.now);
  const extended = runningSince(asked) === undefined ? undefined : own.find(({ live }) => live);
  return own.filter((grant) => grant !== extended && grant.startsAt > beginOf(asked) - days30);
}
