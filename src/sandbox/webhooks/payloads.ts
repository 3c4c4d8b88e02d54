import type { Organization } from '../model/account.ts';
import type { GitHubEvent } from '../model/event.ts';
import type { GitHub } from '../model/github.ts';
import { organizationSimple, simpleTeam, simpleUser } from '../payloads/account.ts';
import { installationPayload, installedRepository } from '../payloads/app.ts';
import { checkRunPayload, suitePayload } from '../payloads/check.ts';
import { commentPayload } from '../payloads/comment.ts';
import { instant } from '../payloads/instant.ts';
import { fullPull, labelPayload, listedPull, pullWithCounts } from '../payloads/pull.ts';
import { apiUrl, repositoryPayload } from '../payloads/repository.ts';
import { reviewPayload } from '../payloads/review.ts';
import { pushPayload } from './push-payload.ts';

export type Payload = Record<string, unknown>;

/** The body of a webhook, but for the receiver's own `installation`. */
export async function webhookPayload(github: GitHub, event: GitHubEvent): Promise<Payload> {
  return { ...(await eventPayload(github, event)), ...surroundings(github, event) };
}

/** The organization that an event happened in. */
export function organizationOf(event: GitHubEvent): Organization {
  if (event.event === 'installation') return event.installation.account;
  return 'repository' in event ? event.repository.owner : event.organization;
}

function surroundings(github: GitHub, event: GitHubEvent): Payload {
  const sender = simpleUser(github, event.sender);
  if (event.event === 'installation') return { sender };
  const organization = organizationSimple(github, organizationOf(event));
  if (!('repository' in event)) return { organization, sender };
  // A push carries its repository in an older form of its own.
  const repository =
    event.event === 'push' ? {} : { repository: repositoryPayload(github, event.repository) };
  return { ...repository, organization, sender };
}

async function eventPayload(github: GitHub, event: GitHubEvent): Promise<Payload> {
  switch (event.event) {
    case 'push':
      return pushPayload(github, event);
    case 'pull_request':
      return pullPayload(github, event);
    case 'pull_request_review': {
      const { repository, pull, review } = event;
      const payload = await reviewPayload(github, repository, pull, review);
      return {
        action: event.action,
        // Webhooks alone write the state in small letters.
        review: { ...payload, state: payload.state.toLowerCase(), updated_at: instant(review.submittedAt) },
        pull_request: await listedPull(github, repository, pull),
      };
    }
    case 'check_run':
      return {
        action: event.action,
        check_run: {
          ...checkRunPayload(github, event.repository, event.run),
          check_suite: suitePayload(github, event.repository, event.run.suite),
        },
      };
    case 'issue_comment':
      return {
        action: event.action,
        ...(event.changes ? { changes: event.changes } : {}),
        issue: await issuePayload(github, event),
        comment: commentPayload(github, event.repository, event.comment),
      };
    case 'membership':
      return {
        action: event.action,
        scope: 'team',
        member: simpleUser(github, event.member),
        team: simpleTeam(github, event.organization, event.team),
      };
    case 'organization':
      return {
        action: event.action,
        membership: {
          url: `${github.url}/orgs/${event.organization.login}/memberships/${event.member.login}`,
          state: 'inactive',
          role: event.role,
          organization_url: `${github.url}/orgs/${event.organization.login}`,
          user: simpleUser(github, event.member),
        },
      };
    case 'installation':
    default:
      return {
        action: event.action,
        installation: installationPayload(github, event.installation),
        repositories: event.installation.repositories.map(installedRepository),
        requester: null,
      };
  }
}

async function pullPayload(
  github: GitHub,
  event: Extract<GitHubEvent, { event: 'pull_request' }>,
): Promise<Payload> {
  const { repository, pull, action } = event;
  // Nobody has tried the merge yet when a head is new.
  const untried = action === 'opened' || action === 'synchronize';
  const pullRequest = untried
    ? await pullWithCounts(github, repository, pull)
    : await fullPull(github, repository, pull);
  return { action, number: pull.number, pull_request: pullRequest, ...pullDetail(github, event) };
}

function pullDetail(github: GitHub, event: Extract<GitHubEvent, { event: 'pull_request' }>): Payload {
  switch (event.action) {
    case 'edited':
      return { changes: event.changes };
    case 'synchronize':
      return { before: event.before, after: event.after };
    case 'labeled':
      return { label: labelPayload(github, event.repository, event.label) };
    case 'review_requested':
    case 'review_request_removed':
      return 'login' in event.reviewer
        ? { requested_reviewer: simpleUser(github, event.reviewer) }
        : { requested_team: simpleTeam(github, event.repository.owner, event.reviewer) };
    case 'opened':
    case 'closed':
    case 'reopened':
    default:
      return {};
  }
}

/** A pull request as the issue that it also is. */
async function issuePayload(
  github: GitHub,
  { repository, pull }: Extract<GitHubEvent, { event: 'issue_comment' }>,
): Promise<Payload> {
  const listed = await listedPull(github, repository, pull);
  const url = `${apiUrl(github, repository)}/issues/${pull.number}`;
  const { id, node_id, number, title, user, labels, state, locked, assignee, assignees, milestone } = listed;
  return {
    id,
    node_id,
    number,
    title,
    user,
    labels,
    state,
    locked,
    assignee,
    assignees,
    milestone,
    url,
    repository_url: apiUrl(github, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: listed.html_url,
    comments: repository.comments.filter((comment) => comment.number === pull.number).length,
    created_at: listed.created_at,
    updated_at: listed.updated_at,
    closed_at: listed.closed_at,
    author_association: listed.author_association,
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: listed.url,
      html_url: listed.html_url,
      diff_url: listed.diff_url,
      patch_url: listed.patch_url,
      merged_at: listed.merged_at,
    },
    body: pull.body,
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  };
}
