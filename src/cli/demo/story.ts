import { allEvents } from '../../database/audit-events.ts';
import { liveGrants } from '../../database/grants.ts';
import { revertsUnderWay } from '../../database/reverts.ts';
import { verify } from '../../audit/verify.ts';
import { readRecords } from '../../github/records-branch.ts';
import { formatInstant } from '../../requests/instant.ts';
import { checkOn, conclusions, refusedReviews, reverts } from './evidence.ts';
import { requestsFile } from './organization.ts';
import type { Stage } from './stage.ts';
import { expectThat, type Step } from './step.ts';

const minute = 60_000;
const sql = 'select id, state from orders order by id';
const request = { user: 'mona', role: 'read-only', reason: 'INC-4312: stuck orders' } as const;

/**
 * The life of one request, and of one that nobody approved. Every step says what was read back from the sandbox, the database and the target,
 * and throws where that is not as it should be.
 */
export async function* story(stage: Stage): AsyncGenerator<Step> {
  const { world, clock, target, app } = stage;
  const [mona, lars, nick, ada, grace] = ['mona', 'lars', 'nick', 'ada', 'grace'].map((login) =>
    world.person(login),
  ) as Actors;
  const later = async (minutes: number) => {
    await stage.settled();
    clock.advanceTo(clock.now() + minutes * minute);
  };
  const branch = 'mona/orders-db';

  // 1. She asks for more than the policy gives.
  const pull = await mona.opensPullRequest({
    title: 'Read orders-db for INC-4312',
    branch,
    files: { 'access-requests.yaml': requestsFile({ ...request, duration: '30d' }) },
  });
  await stage.settled();
  const refused = await checkOn(stage, pull.head.sha, 'access/policy');
  const [annotation] = refused.annotations;
  expectThat(
    refused.conclusion === 'failure' && annotation?.code === 'duration-too-long',
    'access/policy refuses 30d',
    refused,
  );
  yield {
    step: 'violation',
    at: clock.stamp(),
    pull: pull.number,
    annotation,
    allowed: refused.summary.split('What would be allowed:\n\n')[1]?.trim() ?? '',
  };

  // 2. A colleague helps with the reason, and she corrects the duration.
  await later(3);
  await lars.writesFiles(branch, {
    'access-requests.yaml': requestsFile({
      ...request,
      duration: '30d',
      reason: `${request.reason} of acme`,
    }),
  });
  const { sha } = await mona.writesFiles(branch, {
    'access-requests.yaml': requestsFile({ ...request, duration: '4h', reason: `${request.reason} of acme` }),
  });
  await stage.settled();
  const policy = await checkOn(stage, sha, 'access/policy');
  expectThat(policy.conclusion === 'success', 'access/policy passes 4h', policy);
  yield {
    step: 'corrected',
    at: clock.stamp(),
    pull: pull.number,
    sha,
    grants: policy.title,
    approvers: /Must approve: (.*)\./.exec(policy.summary)?.[1] ?? '',
  };

  // 3. Her own approval, a colleague's who pushed, and that of somebody who owns nothing.
  await later(2);
  const own = await mona.approves(pull.number);
  expectThat(own.status === 422, 'GitHub refuses her own approval', own);
  const taken = [await lars.approves(pull.number), await nick.approves(pull.number)];
  expectThat(
    taken.every(({ status }) => status === 200),
    'GitHub takes the other two reviews',
    taken,
  );
  await stage.settled();
  const waiting = await checkOn(stage, sha, 'access/approval');
  expectThat(waiting.status === 'in_progress', 'access/approval still waits', waiting);
  const reviews = [
    { by: 'mona', reason: `GitHub: 422 ${JSON.stringify(own.data['errors'] ?? own.data['message'])}` },
    ...refusedReviews(waiting),
  ];
  expectThat(reviews.length === 3, 'the check says why neither review counts', waiting);
  yield { step: 'approval-refused', at: clock.stamp(), reviews };

  // 4. A code owner approves.
  await later(5);
  await ada.approves(pull.number);
  await stage.settled();
  expectThat(
    (await conclusions(stage, sha)).every((conclusion) => conclusion === 'success'),
    'both checks are green',
    await conclusions(stage, sha),
  );
  const approved = await checkOn(stage, sha, 'access/approval');
  yield { step: 'approved', at: clock.stamp(), by: /^Approved by @(\S+)$/.exec(approved.title)?.[1] ?? '' };

  // 5. She merges, and can read.
  const before = await target.askAs('mona', sql);
  expectThat(!before.allowed, 'the query is refused before the merge', before);
  await later(1);
  const merge = await mona.merges(pull.number);
  expectThat(merge.status === 200, 'GitHub merges it', merge);
  const mergedAt = clock.stamp();
  await stage.settled();
  yield { step: 'merged', at: mergedAt, pull: pull.number, sha: String(merge.data['sha']) };
  const [grant] = await liveGrants(app.parts.db);
  const during = await target.askAs('mona', sql);
  expectThat(grant?.state === 'active' && during.allowed, 'the query is answered after the merge', {
    grant,
    during,
  });
  yield { step: 'granted', at: clock.stamp(), query: during, before, until: formatInstant(grant.expiresAt) };

  // 6. Its time is up.
  clock.advanceTo(grant.expiresAt);
  yield { step: 'expired', at: clock.stamp(), grant: grant.id, expiresAt: formatInstant(grant.expiresAt) };
  await stage.settled();
  const after = await target.askAs('mona', sql);
  expectThat(!after.allowed, 'the query is refused after the end', after);
  yield { step: 'revoked', at: clock.stamp(), query: after };
  yield* reverted(stage, pull.number);

  // 7. An administrator goes around the rules.
  await later(30);
  const bypass = await nick.opensPullRequest({
    title: 'Admin on orders-db, quickly',
    branch: 'nick/quick',
    files: {
      'access-requests.yaml': requestsFile({
        user: 'nick',
        role: 'read-only',
        duration: '8h',
        reason: 'INC-4320: no time',
      }),
    },
  });
  await stage.settled();
  const forced = await grace.merges(bypass.number);
  expectThat(forced.status === 200, 'GitHub lets an administrator merge without approval', forced);
  yield {
    step: 'bypass-merged',
    at: clock.stamp(),
    pull: bypass.number,
    sha: String(forced.data['sha']),
    by: 'grace',
  };
  await stage.settled();
  const nothing = await target.askAs('nick', sql);
  const refusal = (await allEvents(app.parts.db)).find(({ event }) => event.kind === 'grant-refused');
  const [, revert] = await reverts(stage);
  expectThat(
    !nothing.allowed && refusal !== undefined && revert?.merged === true,
    'nothing is granted and the entry is reverted',
    { nothing, refusal, revert },
  );
  const underWay = await revertsUnderWay(app.parts.db, world.repository.id);
  expectThat(underWay.length === 0, 'no revert is left open', underWay);
  yield {
    step: 'bypass-reverted',
    at: clock.stamp(),
    pull: revert.number,
    granted: nothing.allowed,
    reason: refusal.event.subject,
  };

  // 8. The log proves it.
  const { git } = await app.parts.workplace(world.repository.id);
  const log = await allEvents(app.parts.db);
  const verification = verify(log, await readRecords(git));
  expectThat(
    verification.anchored === log.length && verification.discrepancies.length === 0,
    'every row stands in git',
    verification,
  );
  yield {
    step: 'audit-verified',
    at: clock.stamp(),
    events: verification.events,
    records: verification.records,
    log: log.map(({ event }) => ({ at: formatInstant(event.at), kind: event.kind, subject: event.subject })),
  };
}

type Actor = ReturnType<Stage['world']['person']>;
type Actors = [Actor, Actor, Actor, Actor, Actor];

/** The revert pull request of the story's request: what it takes out, and that the app merged it. */
async function* reverted(stage: Stage, source: number): AsyncGenerator<Step> {
  const [revert] = await reverts(stage);
  expectThat(revert !== undefined, `a revert pull request follows #${source}`);
  yield { step: 'revert-opened', at: revert.createdAt, pull: revert.number, diff: revert.diff };
  expectThat(revert.merged && revert.mergedSha !== null, 'the app merged it', revert);
  yield { step: 'revert-merged', at: stage.clock.stamp(), sha: revert.mergedSha };
}
