import { path, type Stage } from './world.ts';

export type Json = Record<string, unknown>;

/** A `pull_request` rule that asks for nothing but a pull request. */
export const review = {
  required_approving_review_count: 0,
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_review_thread_resolution: false,
};

export const pullRequest = (parameters: Json = {}) => ({
  type: 'pull_request',
  parameters: { ...review, ...parameters },
});

export const checks = (parameters: Json) => ({
  type: 'required_status_checks',
  parameters: { strict_required_status_checks_policy: false, ...parameters },
});

/** A merge queue that builds what comes and lands what passed, unless told otherwise. */
export const mergeQueue = (parameters: Json = {}) => ({
  type: 'merge_queue',
  parameters: {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN',
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: 'MERGE',
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 5,
    ...parameters,
  },
});

/** Lets the administrator make a ruleset, for the default branch unless told: its id. */
export async function ruled({ world }: Stage, rules: readonly Json[], more: Json = {}): Promise<number> {
  const { status, data } = await world.person('boss').request('POST', `${path}/rulesets`, {
    name: 'main',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules,
    ...more,
  });
  if (status !== 201) throw new Error(`the ruleset was refused: ${JSON.stringify(data)}`);
  return Number(data['id']);
}
