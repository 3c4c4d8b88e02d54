import { appendEvent } from '../database/audit-events.ts';
import { grantsOfPull, moveGrant } from '../database/grants.ts';
import { repositoryById } from '../database/repositories.ts';
import { readPull } from '../github/read-pull.ts';
import { isInForce, type Grant } from '../grants/grant.ts';
import { formatInstant } from '../requests/instant.ts';
import { judgePull } from './judge-pull.ts';
import type { Parts } from './parts.ts';
import { announcePull, applyGrants, writeRecords, type Tasks } from './tasks.ts';

/**
 * Looks whether those approved a merged pull request who would have had to before, had it been no emergency. Then what it was given lasts as
 * long as it asked for; until then it ends when the time for the review is over.
 */
export async function reviewEmergencyTask(
  parts: Parts,
  { repositoryId, pull }: Tasks['review-emergency'],
): Promise<void> {
  const grants = (await grantsOfPull(parts.db, repositoryId, pull)).filter(
    ({ emergency, reviewedAt }) => emergency && reviewedAt === null,
  );
  const [first] = grants;
  if (!first?.judgedAt) return;
  const workplace = await parts.workplace(repositoryId);
  const [facts, stored] = await Promise.all([
    readPull(workplace.repository, pull),
    repositoryById(parts.db, repositoryId),
  ]);
  if (!facts?.mergedAt || !stored?.acceptedSha) return;
  const { reviewed } = await judgePull(parts, workplace, facts, {
    tip: first.judgedAt,
    acceptedSha: stored.acceptedSha,
    reviewsUntil: parts.clock.now(),
  });
  if (reviewed) await storeReviewed(parts, grants);
}

async function storeReviewed({ db, queue, clock }: Parts, grants: readonly Grant[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const grant of grants) {
      const { id, state, repositoryId, pull, principal, role, resource, approvedUntil, expiresAt } = grant;
      const now = clock.now();
      const end = isInForce(grant) && expiresAt > now ? (approvedUntil ?? expiresAt) : expiresAt;
      const moved = await moveGrant(trx, id, [state], state, { reviewedAt: now, expiresAt: end });
      if (!moved) throw new Error(`the grant ${id} moved on while its review was decided: look again`);
      await appendEvent(trx, {
        at: now,
        kind: 'emergency-reviewed',
        repositoryId,
        pull,
        grantId: id,
        subject: `${principal.name}'s emergency for ${role} on ${resource} was reviewed`,
        details: { from: formatInstant(expiresAt), to: formatInstant(end) },
      });
      await queue.send(trx, [
        applyGrants(grant),
        announcePull(repositoryId, pull),
        writeRecords(repositoryId),
      ]);
    }
  });
}
