import { verify } from '../../audit/verify.ts';
import { allEvents } from '../../database/audit-events.ts';
import { grantById, liveGrants } from '../../database/grants.ts';
import { revertsUnderWay } from '../../database/reverts.ts';
import { readRecords } from '../../github/records-branch.ts';
import type { Grant } from '../../grants/grant.ts';
import { formatInstant } from '../../requests/instant.ts';
import type { PullJson } from '../../sandbox/start.ts';
import { requestsFile } from '../stage/organization.ts';
import type { Stage as AnyStage } from '../stage/stage.ts';
import { checkOn, conclusions, refusedReviews, reverts } from './evidence.ts';
import type { StoryClock } from './story-clock.ts';
import { expectThat, type Step } from './step.ts';

const minute = 60_000;
const sql = 'select id, state from orders order by id';
const reason = 'INC-4312: stuck orders';
const clearerReason = `${reason} of acme`;
const branch = 'mona/orders-db';

/** The story sets the clock forward. */
type Stage = AnyStage<StoryClock>;

type Chapter<Outcome = void> = AsyncGenerator<Step, Outcome>;

/**
 * The life of one request, and of one that nobody approved. Every step says what was read back from the sandbox, the database and the target,
 * and throws where that is not as it should be.
 */
export async function* story(stage: Stage): Chapter {
  const pull = yield* asksForTooMuch(stage);
  const head = yield* corrects(stage, pull);
  yield* collectsApprovalsThatDoNotCount(stage, pull, head);
  yield* isApproved(stage, pull, head);
  yield* changesWhatWasApproved(stage, pull);
  const grant = yield* isMergedAndGranted(stage, pull);
  yield* ends(stage, grant);
  yield* isReverted(stage);
  yield* goesAroundTheRules(stage);
  yield* provesItself(stage);
}

async function* asksForTooMuch(stage: Stage): Chapter<PullJson> {
  const pull = await stage.world.person('mona').opensPullRequest({
    title: 'Read orders-db for INC-4312',
    branch,
    files: { 'access-requests.yaml': requestsFile({ user: 'mona', duration: '30d', reason }) },
  });
  await stage.settled();
  const check = await checkOn(stage, pull.head.sha, 'access/policy');
  const [annotation] = check.annotations;
  expectThat(
    check.conclusion === 'failure' && annotation?.code === 'duration-too-long',
    'access/policy refuses 30 days',
    check,
  );
  const [, allowed = ''] = check.summary.split('What would be allowed:\n\n');
  yield {
    step: 'violation',
    at: stage.clock.stamp(),
    pull: pull.number,
    annotation,
    allowed: allowed.trim(),
  };
  return pull;
}

async function* corrects(stage: Stage, pull: PullJson): Chapter<string> {
  const { world, clock } = stage;
  await passes(stage, 3);
  await world.person('lars').writesFiles(branch, {
    'access-requests.yaml': requestsFile({ user: 'mona', duration: '30d', reason: clearerReason }),
  });
  const { sha } = await world.person('mona').writesFiles(branch, {
    'access-requests.yaml': requestsFile({ user: 'mona', duration: '4h', reason: clearerReason }),
  });
  await stage.settled();
  const check = await checkOn(stage, sha, 'access/policy');
  expectThat(check.conclusion === 'success', 'access/policy passes 4 hours', check);
  const [, approvers = ''] = /^Must approve: (.*)\.$/m.exec(check.summary) ?? [];
  yield { step: 'corrected', at: clock.stamp(), pull: pull.number, sha, grants: check.title, approvers };
  return sha;
}

async function* collectsApprovalsThatDoNotCount(stage: Stage, { number }: PullJson, head: string): Chapter {
  const { world, clock } = stage;
  await passes(stage, 2);
  const own = await world.person('mona').approves(number);
  expectThat(own.status === 422, 'GitHub refuses her own approval', own);
  for (const login of ['lars', 'nick']) {
    const taken = await world.person(login).approves(number);
    expectThat(taken.status === 200, `GitHub takes the review of ${login}`, taken);
  }
  await stage.settled();
  const check = await checkOn(stage, head, 'access/approval');
  expectThat(check.status === 'in_progress', 'access/approval still waits', check);
  const reviews = refusedReviews(check);
  expectThat(reviews.length === 2, 'the check says why neither review counts', check);
  const refusal = `GitHub: ${own.status} ${[own.data['errors'] ?? own.data['message']].flat().join(', ')}`;
  yield {
    step: 'approval-refused',
    at: clock.stamp(),
    reviews: [{ by: 'mona', reason: refusal }, ...reviews],
  };
}

async function* isApproved(stage: Stage, pull: PullJson, head: string): Chapter {
  await passes(stage, 5);
  yield { step: 'approved', by: await adaApproves(stage, pull, head), at: stage.clock.stamp() };
}

/** Whose approval the check names, once both checks are green. */
async function adaApproves(stage: Stage, { number }: PullJson, head: string): Promise<string> {
  await stage.world.person('ada').approves(number);
  await stage.settled();
  const concluded = await conclusions(stage, head);
  expectThat(
    concluded.length === 2 && concluded.every((conclusion) => conclusion === 'success'),
    'both checks are green',
    concluded,
  );
  const { title } = await checkOn(stage, head, 'access/approval');
  const [, by = ''] = /^Approved by @(\S+)$/.exec(title) ?? [];
  return by;
}

async function* changesWhatWasApproved(stage: Stage, pull: PullJson): Chapter {
  const { world, clock } = stage;
  await passes(stage, 4);
  const { sha } = await world.person('mona').writesFiles(branch, {
    'access-requests.yaml': requestsFile({ user: 'mona', duration: '6h', reason: clearerReason }),
  });
  await stage.settled();
  const check = await checkOn(stage, sha, 'access/approval');
  const voided = refusedReviews(check).find(({ by }) => by === 'ada');
  expectThat(check.status === 'in_progress' && voided !== undefined, 'the approval is void', check);
  yield { step: 'approval-voided', at: clock.stamp(), sha, ...voided };

  await passes(stage, 2);
  yield { step: 'approved-again', by: await adaApproves(stage, pull, sha), at: clock.stamp() };
}

async function* isMergedAndGranted(stage: Stage, { number }: PullJson): Chapter<Grant> {
  const { world, clock, target, app } = stage;
  const before = await target.askAs('mona', sql);
  expectThat(!before.allowed, 'the query is refused before the merge', before);
  await passes(stage, 1);
  const merge = await world.person('mona').merges(number);
  expectThat(merge.status === 200, 'GitHub merges it', merge);
  yield { step: 'merged', at: clock.stamp(), pull: number, sha: String(merge.data['sha']) };

  await stage.settled();
  const [grant] = await liveGrants(app.parts.db);
  const query = await target.askAs('mona', sql);
  expectThat(grant?.state === 'active' && query.allowed, 'the query is answered after the merge', {
    grant,
    query,
  });
  yield { step: 'granted', at: clock.stamp(), query, before, until: formatInstant(grant.expiresAt) };
  return grant;
}

async function* ends(stage: Stage, { id, expiresAt }: Grant): Chapter {
  const { clock, target, app } = stage;
  clock.advanceTo(expiresAt);
  yield { step: 'expired', at: formatInstant(expiresAt), grant: id, expiresAt: formatInstant(expiresAt) };

  await stage.settled();
  const query = await target.askAs('mona', sql);
  expectThat(!query.allowed, 'the query is refused after the end', query);
  const ended = await grantById(app.parts.db, id);
  expectThat(typeof ended?.revokedAt === 'number', 'the grant is stored as revoked', ended);
  const { revokedAt } = ended;
  yield { step: 'revoked', at: formatInstant(revokedAt), query, lagMilliseconds: revokedAt - expiresAt };
}

async function* isReverted(stage: Stage): Chapter {
  const [revert] = await reverts(stage);
  expectThat(revert !== undefined, 'a revert pull request follows');
  const { number, createdAt, mergedAt, mergedSha, diff } = revert;
  yield { step: 'revert-opened', at: createdAt, pull: number, diff };
  expectThat(mergedAt !== null && mergedSha !== null, 'the app merged it', revert);
  yield { step: 'revert-merged', at: mergedAt, sha: mergedSha };
}

async function* goesAroundTheRules(stage: Stage): Chapter {
  const { world, clock, target, app } = stage;
  await passes(stage, 30);
  const { number } = await world.person('nick').opensPullRequest({
    title: 'Read orders-db, quickly',
    branch: 'nick/quick',
    files: {
      'access-requests.yaml': requestsFile({ user: 'nick', duration: '8h', reason: 'INC-4320: no time' }),
    },
  });
  await stage.settled();
  const forced = await world.person('grace').merges(number);
  expectThat(forced.status === 200, 'GitHub lets an administrator merge without approval', forced);
  yield {
    step: 'bypass-merged',
    at: clock.stamp(),
    pull: number,
    sha: String(forced.data['sha']),
    by: 'grace',
  };

  await stage.settled();
  const query = await target.askAs('nick', sql);
  const refusal = (await allEvents(app.parts.db)).find(({ event }) => event.kind === 'grant-refused');
  const [, revert] = await reverts(stage);
  const open = await revertsUnderWay(app.parts.db, world.repository.id);
  expectThat(
    !query.allowed && refusal !== undefined && typeof revert?.mergedAt === 'string' && open.length === 0,
    'nothing is granted, and the entry is taken out again',
    { query, refusal, revert, open },
  );
  yield {
    step: 'bypass-reverted',
    at: revert.mergedAt,
    pull: revert.number,
    granted: query.allowed,
    reason: refusal.event.subject,
  };
}

async function* provesItself(stage: Stage): Chapter {
  const { world, clock, app } = stage;
  await app.parts.queue.hurry();
  await stage.settled();
  const { git } = await app.parts.workplace(world.repository.id);
  const log = await allEvents(app.parts.db);
  const verification = verify(log, await readRecords(git));
  const { events, records, anchored, discrepancies } = verification;
  expectThat(anchored === events && discrepancies.length === 0, 'every row stands in git', verification);
  yield {
    step: 'audit-verified',
    at: clock.stamp(),
    events,
    records,
    log: log.map(({ event }) => ({ at: formatInstant(event.at), kind: event.kind, subject: event.subject })),
  };
}

/** Time passes, once everything that is under way is done. */
async function passes(stage: Stage, minutes: number): Promise<void> {
  await stage.settled();
  stage.clock.advanceTo(stage.clock.now() + minutes * minute);
}
