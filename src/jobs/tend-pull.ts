import { mayAppMerge } from '../approvals/app-merge.ts';
import { reviewersToAsk } from '../approvals/reviewers-to-ask.ts';
import { lookAgainAt, waitingStep } from '../approvals/waiting.ts';
import { storePull, storedPull, type StoredPull } from '../database/pulls.ts';
import type { PullFacts } from '../github/read-pull.ts';
import { askForReviews, closePull, comment } from '../github/write-pull.ts';
import { closing, reminder } from '../messages/waiting-comment.ts';
import type { JudgedPull } from './judge-pull.ts';
import type { Parts, Workplace } from './parts.ts';
import { mergeApproved } from './tasks.ts';

/**
 * What an open pull request that asks for something is due besides its checks: those are asked who can approve, whoever waits too long is
 * reminded and closed, and what is approved is merged where the settings say so. Stores when to look again.
 */
export async function tendPull(
  parts: Parts,
  workplace: Workplace,
  pull: PullFacts,
  judged: JudgedPull,
): Promise<void> {
  const { db, queue, clock } = parts;
  const { repository, binding } = workplace;
  const { assessment, approval, proposal } = judged;
  const { pendingFor, approvalValidFor, merge } = proposal.policies.settings;
  const known = await storedPull(db, binding.id, pull.number);
  const now = clock.now();
  const asks = assessment.decisions.length + assessment.controlFiles.length > 0;
  const waiting = { openedAt: pull.openedAt, remindedAt: known?.remindedAt ?? null, pendingFor };
  const step = waitingStep(waiting, now);
  const again = lookAgainAt(approval, approvalValidFor, now);
  const due = step.kind === 'wait' ? step.until : step.kind === 'remind' ? step.closes : again;
  const stored: StoredPull = {
    repositoryId: binding.id,
    pull: pull.number,
    headSha: pull.headSha,
    evaluatedAt: now,
    lookAgainAt: asks ? Math.min(again, due) : null,
    remindedAt: step.kind === 'remind' && asks ? now : waiting.remindedAt,
    asked: known?.asked ?? [],
    explanation: judged.explanation,
  };
  if (!asks) return storePull(db, stored);
  if (step.kind === 'close') {
    // Whoever reopens it is reminded anew.
    await storePull(db, { ...stored, lookAgainAt: null, remindedAt: null });
    await comment(repository, pull.number, 'closed', closing(pendingFor));
    return closePull(repository, pull.number);
  }
  if (step.kind === 'remind')
    await comment(
      repository,
      pull.number,
      'reminder',
      reminder(approval.requirements, { pendingFor, ...step }),
    );
  const asked =
    pull.draft || !assessment.allowed ? [] : await ask(parts, workplace, pull, judged, stored.asked);
  await storePull(db, { ...stored, asked: [...stored.asked, ...asked] });
  if (merge === 'when_approved' && !pull.draft && mayAppMerge(assessment, approval, pull.author))
    await queue.send(db, mergeApproved(binding.id, pull.number));
}

/** Asks each of those who can approve once for what is asked now, and gives whom it asked. */
async function ask(
  { log }: Parts,
  { repository }: Workplace,
  pull: PullFacts,
  { approval, assessment, directory }: JudgedPull,
  before: readonly string[],
): Promise<string[]> {
  const { people, teams } = reviewersToAsk(approval, directory);
  const name = (kind: string) => (who: string) => `${kind} ${who} ${assessment.digest}`;
  const isNew = (kind: string) => (who: string) => !before.includes(name(kind)(who));
  const fresh = { people: people.filter(isNew('person')), teams: teams.filter(isNew('team')) };
  // Whoever GitHub shows as asked was asked by somebody, or by the app before it could note it.
  const isLeft = (who: string) => !pull.requested.includes(who);
  const left = { people: fresh.people.filter(isLeft), teams: fresh.teams.filter(isLeft) };
  if (left.people.length + left.teams.length > 0) {
    const refused = await askForReviews(repository, pull.number, left);
    if (refused !== null) log.warn({ pull: pull.number, refused }, 'GitHub takes no review request');
  }
  return [...fresh.people.map(name('person')), ...fresh.teams.map(name('team'))];
}
