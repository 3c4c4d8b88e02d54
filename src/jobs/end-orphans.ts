import type { Entries } from '../approvals/proposal.ts';
import type { Queryable } from '../database/connect.ts';
import { liveGrants } from '../database/grants.ts';
import { isInForce, type Grant } from '../grants/grant.ts';
import { requestKey, type RequestKey } from '../requests/access-request.ts';
import { takeBack } from './move-grant.ts';
import type { Consequence, Occasion } from './store-grant.ts';

/** Takes back what no entry stands for any more, but for what is held back. */
export async function endOrphans(
  trx: Queryable,
  isOrphan: (grant: Grant) => boolean,
  occasion: Occasion,
): Promise<readonly Consequence[]> {
  const orphans = (await liveGrants(trx, occasion.repositoryId)).filter(
    (grant) => isInForce(grant) && isOrphan(grant) && !occasion.heldBack.has(grant.id),
  );
  const consequences: Consequence[] = [];
  for (const grant of orphans) consequences.push(await takeBack(trx, grant, occasion));
  return consequences;
}

/**
 * Whether no entry stands for a grant any more: a template can have come to mean something else since it was given. `granted`: the keys that this
 * very step granted, by the policies before.
 */
export function orphanIn(
  standing: Pick<Entries, 'entries' | 'unresolved'>,
  granted: ReadonlySet<RequestKey>,
): (grant: Grant) => boolean {
  const keys = new Set([...standing.entries.map(requestKey), ...granted]);
  return (grant) => !keys.has(grant.key) && !mayStandFor(grant, standing);
}

/** Whether an entry whose template is gone may be the one that a grant was given for. */
function mayStandFor({ principal, file }: Grant, { unresolved }: Pick<Entries, 'unresolved'>): boolean {
  return unresolved.some(
    ({ request, file: at }) =>
      at === file &&
      request.principal.kind === principal.kind &&
      request.principal.name.toLowerCase() === principal.name.toLowerCase(),
  );
}
