import { formatInstant } from '../../requests/instant.ts';
import { violation } from '../../requests/violation.ts';
import { placeIn, type Asked, type Constraint } from '../evaluation.ts';
import { ownGrants, principalOf } from '../own-grants.ts';
import { samePrincipal } from '../past-grant.ts';
import { beginOf } from './how-long.ts';

/** What an approver may want to look at twice; it stands in nobody's way. */
export const unusual: Constraint = (asked) =>
  asked.context.history && principalOf(asked) ? [...firstRequest(asked), ...overlap(asked)] : [];

/** Others were given the role before. Where nobody was, everybody's request would be the first. */
function firstRequest(asked: Asked) {
  const { entry, resource, role, context } = asked;
  const isKnown = (context.history ?? []).some(
    (grant) => grant.resource === resource.name && grant.role === role.name,
  );
  if (!isKnown || ownGrants(asked).length > 0) return [];
  const message = `${entry.request.principal.name} was never given ${role.name} on ${resource.name} before, as others were.`;
  const place = placeIn(entry, 'role', 'template');
  return [violation(place, 'first-request', message, 'Look twice before you approve it.', 'warning')];
}

/** Another role on the same resource that the principal holds when this one begins. */
function overlap(asked: Asked) {
  const { entry, resource, role, context } = asked;
  const principal = principalOf(asked);
  const begins = beginOf(asked);
  const place = placeIn(entry, 'role', 'template');
  return (context.history ?? []).flatMap((grant) => {
    const beside = grant.resource === resource.name && grant.role !== role.name && grant.live;
    if (!beside || grant.expiresAt <= begins || !principal || !samePrincipal(grant.principal, principal))
      return [];
    const message = `${entry.request.principal.name} holds ${grant.role} on ${resource.name} until ${formatInstant(grant.expiresAt)}.`;
    const remedy = 'Give that back if this one is enough.';
    return [violation(place, 'overlap', message, remedy, 'warning')];
  });
}
