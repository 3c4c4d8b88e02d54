import { activeMemberIds, teamBySlug } from './account.ts';
import { levelOf } from './access.ts';
import type { Performer } from './app.ts';
import type { Actors, Protection } from './protection.ts';
import type { Rule, Ruleset } from './ruleset.ts';
import { QUEUE_REFS } from './merge-queue.ts';
import { bypassOf, rulesetsOn } from './ruleset-scope.ts';
import type { Repository } from './repository.ts';

/** What one ruleset, or the protection of a branch, asks of whoever moves a ref. */
export interface Demands {
  by: 'protection' | 'ruleset';
  bypass(performer: Performer): 'always' | 'pull_request' | 'never';
  /** Only through a pull request, with this many approvals and more. */
  review: ReviewDemands | null;
  checks: readonly { context: string; appId?: number }[];
  checksOnCreate: boolean;
  /** The head must contain the base's tip. */
  upToDate: boolean;
  dismissStale: boolean;
  /** Whether this one may move the ref at all. */
  mayPush(performer: Performer): boolean;
  forbids: ReadonlySet<'creation' | 'update' | 'deletion' | 'force'>;
  /** Force-pushes and deletions are refused even to those let by. */
  firm: boolean;
  signatures: boolean;
  linear: boolean;
  /** Only through the branch's merge queue. */
  queue: boolean;
}

export interface ReviewDemands {
  approvals: number;
  codeOwners: boolean;
  /** Somebody else than who pushed last must have approved since. */
  lastPush: boolean;
  methods: readonly ('merge' | 'squash' | 'rebase')[];
}

const METHODS = ['merge', 'squash', 'rebase'] as const;

/** What stands against everybody's pushes to the branches of a merge queue. */
const READ_ONLY: Demands = {
  by: 'protection',
  bypass: () => 'never',
  review: null,
  checks: [],
  checksOnCreate: false,
  upToDate: false,
  dismissStale: false,
  mayPush: () => true,
  forbids: new Set(['creation', 'update', 'deletion', 'force']),
  firm: true,
  signatures: false,
  linear: false,
  queue: false,
};

/** Everything that is asked at a ref. */
export function demandsOn(repository: Repository, ref: string): Demands[] {
  const protection = ref.startsWith('refs/heads/')
    ? repository.protection.get(ref.slice('refs/heads/'.length))
    : undefined;
  return [
    ...(ref.startsWith(QUEUE_REFS) ? [READ_ONLY] : []),
    ...(protection ? [protectionDemands(repository, protection)] : []),
    ...rulesetsOn(repository, ref).map((ruleset) => rulesetDemands(repository, ruleset)),
  ];
}

function protectionDemands(repository: Repository, rule: Protection): Demands {
  const { requirePullRequest, requiredApprovals = 0, requireCodeOwnerReviews = false, pushers } = rule;
  return {
    by: 'protection',
    bypass: (performer) => (isLetBy(repository, rule, performer) ? 'always' : 'never'),
    review:
      requirePullRequest || requiredApprovals > 0 || requireCodeOwnerReviews
        ? {
            approvals: requiredApprovals,
            codeOwners: requireCodeOwnerReviews,
            lastPush: false,
            methods: METHODS,
          }
        : null,
    checks: rule.requiredChecks ?? [],
    checksOnCreate: true,
    upToDate: rule.requireUpToDate ?? false,
    dismissStale: rule.dismissStaleReviews ?? false,
    mayPush: (performer) => !pushers || among(repository, pushers, performer),
    forbids: new Set([
      ...(rule.allowForcePushes ? [] : (['force'] as const)),
      ...(rule.allowDeletions ? [] : (['deletion'] as const)),
    ]),
    firm: true,
    signatures: false,
    linear: false,
    queue: false,
  };
}

function rulesetDemands(repository: Repository, ruleset: Ruleset): Demands {
  const rule = <Type extends Rule['type']>(type: Type) =>
    ruleset.rules.find((one): one is Extract<Rule, { type: Type }> => one.type === type);
  const review = rule('pull_request')?.parameters;
  const checks = rule('required_status_checks')?.parameters;
  const has = (type: Rule['type']) => ruleset.rules.some((one) => one.type === type);
  return {
    by: 'ruleset',
    bypass: (performer) => bypassOf(repository, ruleset, performer),
    review: review
      ? {
          approvals: review.required_approving_review_count,
          codeOwners: review.require_code_owner_review,
          lastPush: review.require_last_push_approval,
          methods: review.allowed_merge_methods ?? METHODS,
        }
      : null,
    checks: (checks?.required_status_checks ?? []).map(({ context, integration_id: appId }) =>
      appId === undefined ? { context } : { context, appId },
    ),
    checksOnCreate: !checks?.do_not_enforce_on_create,
    upToDate: checks?.strict_required_status_checks_policy ?? false,
    dismissStale: review?.dismiss_stale_reviews_on_push ?? false,
    mayPush: () => true,
    forbids: new Set([
      ...(has('creation') ? (['creation'] as const) : []),
      ...(has('update') ? (['update'] as const) : []),
      ...(has('deletion') ? (['deletion'] as const) : []),
      ...(has('non_fast_forward') ? (['force'] as const) : []),
    ]),
    firm: false,
    signatures: has('required_signatures'),
    linear: has('required_linear_history'),
    queue: has('merge_queue'),
  };
}

function isLetBy(repository: Repository, { bypass }: Protection, performer: Performer): boolean {
  if (!bypass) return false;
  const admin = !performer.app && levelOf(repository, performer.user) === 'admin';
  return (Boolean(bypass.admins) && admin) || among(repository, bypass, performer);
}

function among(repository: Repository, actors: Actors, { user, app }: Performer): boolean {
  if (app) return actors.apps?.includes(app.slug) ?? false;
  const inTeam = (slug: string) => {
    const team = teamBySlug(repository.owner, slug);
    return team !== undefined && activeMemberIds(repository.owner, team).includes(user.id);
  };
  return (actors.users?.includes(user.login) ?? false) || (actors.teams?.some(inTeam) ?? false);
}
