import { z } from 'zod';

const PullRequestRule = z.strictObject({
  type: z.literal('pull_request'),
  parameters: z.strictObject({
    required_approving_review_count: z.int().min(0).max(10),
    dismiss_stale_reviews_on_push: z.boolean(),
    require_code_owner_review: z.boolean(),
    require_last_push_approval: z.boolean(),
    required_review_thread_resolution: z.boolean(),
    allowed_merge_methods: z
      .array(z.enum(['merge', 'squash', 'rebase']))
      .min(1)
      .exactOptional(),
  }),
});

const StatusChecksRule = z.strictObject({
  type: z.literal('required_status_checks'),
  parameters: z.strictObject({
    required_status_checks: z.array(
      z.strictObject({ context: z.string(), integration_id: z.int().exactOptional() }),
    ),
    strict_required_status_checks_policy: z.boolean(),
    do_not_enforce_on_create: z.boolean().exactOptional(),
  }),
});

const MergeQueueRule = z.strictObject({
  type: z.literal('merge_queue'),
  parameters: z.strictObject({
    check_response_timeout_minutes: z.int().min(1).max(360),
    grouping_strategy: z.enum(['ALLGREEN', 'HEADGREEN']),
    max_entries_to_build: z.int().min(0).max(100),
    max_entries_to_merge: z.int().min(0).max(100),
    merge_method: z.enum(['MERGE', 'SQUASH', 'REBASE']),
    min_entries_to_merge: z.int().min(0).max(100),
    min_entries_to_merge_wait_minutes: z.int().min(0).max(360),
  }),
});

/** The rules that the sandbox enforces: any other is refused rather than shown and not held. */
const RuleBody = z.discriminatedUnion('type', [
  PullRequestRule,
  StatusChecksRule,
  MergeQueueRule,
  z.strictObject({
    type: z.enum([
      'creation',
      'deletion',
      'non_fast_forward',
      'required_linear_history',
      'required_signatures',
    ]),
  }),
  z.strictObject({
    type: z.literal('update'),
    parameters: z.strictObject({ update_allows_fetch_and_merge: z.boolean() }).exactOptional(),
  }),
]);

const BypassActorBody = z.strictObject({
  actor_id: z.int().nullish(),
  actor_type: z.enum(['Integration', 'OrganizationAdmin', 'RepositoryRole', 'Team', 'User']),
  bypass_mode: z.enum(['always', 'pull_request']).default('always'),
});

export const RulesetBody = z.strictObject({
  name: z.string().min(1),
  target: z.enum(['branch', 'tag']).default('branch'),
  enforcement: z.enum(['active', 'disabled']),
  bypass_actors: z.array(BypassActorBody).default([]),
  conditions: z
    .strictObject({
      ref_name: z.strictObject({ include: z.array(z.string()), exclude: z.array(z.string()) }),
    })
    .default({ ref_name: { include: [], exclude: [] } }),
  rules: z.array(RuleBody).default([]),
});

/** An edit says what it changes; without defaults, what it leaves out stays. */
export const RulesetEditBody = z.strictObject({
  name: z.string().min(1).optional(),
  target: z.enum(['branch', 'tag']).optional(),
  enforcement: z.enum(['active', 'disabled']).optional(),
  bypass_actors: z.array(BypassActorBody).optional(),
  conditions: RulesetBody.shape.conditions.unwrap().optional(),
  rules: z.array(RuleBody).optional(),
});
