import type { ConditionFacts } from './condition.ts';
import { beginOf, endOfAccess } from './constraints/how-long.ts';
import type { Asked } from './evaluation.ts';
import { principalOf } from './own-grants.ts';

/** What a condition sees of a request; `undefined` while it is not known who asks, for whom, or for how long. */
export function conditionFacts(asked: Asked): ConditionFacts | undefined {
  const { entry, resource, role, context } = asked;
  const { directory, requester, now } = context;
  const principal = principalOf(asked);
  const until = endOfAccess(asked);
  if (!directory || !requester || !principal || until === undefined) return undefined;
  const { reason, ticket = '', emergency } = entry.request;
  return {
    request: {
      resource: resource.name,
      role: role.name,
      starts: beginOf(asked),
      until,
      reason,
      ticket,
      emergency,
      file: entry.file,
      principal: { ...principal, id: principal.id ?? 0 },
    },
    requester,
    directory,
    now,
  };
}
