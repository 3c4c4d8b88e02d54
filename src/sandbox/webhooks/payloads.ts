import type { Organization } from '../model/account.ts';
import type { GitHubEvent } from '../model/event.ts';
import type { GitHub } from '../model/github.ts';
import { organizationSimple, simpleTeam, simpleUser } from '../payloads/account.ts';
import { installationPayload, installedRepository } from '../payloads/app.ts';
import { checkRunPayload } from '../payloads/check.ts';
import { suitePayload, suiteWithCommit } from '../payloads/check-suite.ts';
import { commentPayload } from '../payloads/comment.ts';
import { invitationPayload } from '../payloads/membership.ts';
import { instant } from '../payloads/instant.ts';
import { repositoryPayload } from '../payloads/repository.ts';
import { listedPull } from '../payloads/pull.ts';
import { rulesetPayload } from '../payloads/ruleset.ts';
import { reviewPayload } from '../payloads/review.ts';
import type {
  CheckRunBody,
  CheckSuiteBody,
  CommentBody,
  InstallationBody,
  InvitedBody,
  LeavingBody,
  MembershipBody,
  ReviewBody,
  RulesetBody,
  Surroundings,
} from './descriptions.ts';
import { issuePayload } from './issue-payload.ts';
import { mergeGroupPayload } from './merge-group-payload.ts';
import { pullPayload } from './pull-payload.ts';
import { pushPayload } from './push-payload.ts';
import { statusEventPayload } from './status-payload.ts';

export type Payload = Record<string, unknown>;
type EventOf<Name extends GitHubEvent['event']> = Extract<GitHubEvent, { event: Name }>;

/** The body of a webhook, but for the receiver's own `installation`. */
export async function webhookPayload(github: GitHub, event: GitHubEvent): Promise<Payload> {
  const action = 'action' in event ? { action: event.action } : {};
  return { ...action, ...(await bodyOf(github, event)), ...surroundings(github, event) };
}

/** The organization that an event happened in. */
export function organizationOf(event: GitHubEvent): Organization {
  if (event.event === 'installation') return event.installation.account;
  return 'repository' in event ? event.repository.owner : event.organization;
}

function surroundings(github: GitHub, event: GitHubEvent): Partial<Surroundings> {
  const sender = simpleUser(github, event.sender);
  if (event.event === 'installation') return { sender };
  const organization = organizationSimple(github, organizationOf(event));
  // A push carries its repository in an older form of its own.
  if (!('repository' in event) || event.event === 'push') return { organization, sender };
  // Nobody can define properties here; GitHub sends them in webhooks whether there are any or not.
  const repository = { ...repositoryPayload(github, event.repository), custom_properties: {} };
  return { repository, organization, sender };
}

function bodyOf(github: GitHub, event: GitHubEvent): Promise<object> | object {
  switch (event.event) {
    case 'push':
      return pushPayload(github, event);
    case 'pull_request':
      return pullPayload(github, event);
    case 'pull_request_review':
      return reviewed(github, event);
    case 'check_run':
      return checked(github, event);
    case 'merge_group':
      return mergeGroupPayload(event);
    case 'check_suite':
      return suited(github, event);
    case 'issue_comment':
      return commented(github, event);
    case 'status':
      return statusEventPayload(github, event);
    case 'fork':
      return { forkee: { ...repositoryPayload(github, event.forkee), public: !event.forkee.private } };
    case 'repository_ruleset':
      return ruled(github, event);
    case 'membership':
      return {
        scope: 'team',
        member: simpleUser(github, event.member),
        team: simpleTeam(github, event.organization, event.team),
      } satisfies MembershipBody;
    case 'organization':
      return event.action === 'member_invited' ? invited(github, event) : joinedOrLeft(github, event);
    case 'installation':
    default:
      return {
        installation: installationPayload(github, event.installation),
        repositories: event.installation.repositories.map(installedRepository),
        requester: null,
      } satisfies InstallationBody;
  }
}

/** Webhooks alone write a review's state in small letters. */
async function reviewed(
  github: GitHub,
  { repository, pull, review }: EventOf<'pull_request_review'>,
): Promise<ReviewBody> {
  return {
    review: {
      ...(await reviewPayload(github, repository, pull, review)),
      state: review.state.toLowerCase(),
      commit_id: review.commitId,
      updated_at: instant(review.submittedAt),
    },
    pull_request: await listedPull(github, repository, pull),
  };
}

function checked(github: GitHub, event: EventOf<'check_run'>): CheckRunBody {
  const { repository, run } = event;
  const suite = suitePayload(github, repository, run.suite);
  return {
    check_run: { ...checkRunPayload(github, repository, run), check_suite: suite },
    ...(event.action === 'requested_action' ? { requested_action: { identifier: event.identifier } } : {}),
  };
}

async function suited(
  github: GitHub,
  { repository, suite }: EventOf<'check_suite'>,
): Promise<CheckSuiteBody> {
  return { check_suite: await suiteWithCommit(github, repository, suite) };
}

async function commented(github: GitHub, event: EventOf<'issue_comment'>): Promise<CommentBody> {
  const { repository, pull, comment, changes } = event;
  return {
    ...(changes ? { changes } : {}),
    issue: await issuePayload(github, repository, pull),
    comment: commentPayload(github, repository, comment),
  };
}

function ruled(github: GitHub, event: EventOf<'repository_ruleset'>): RulesetBody {
  return {
    repository_ruleset: rulesetPayload(github, event.repository, event.ruleset),
    ...(event.action === 'edited' ? { changes: event.changes } : {}),
  };
}

type MembershipEvent = EventOf<'organization'>;

function invited(
  github: GitHub,
  { organization, invitation }: Extract<MembershipEvent, { action: 'member_invited' }>,
): InvitedBody {
  return {
    invitation: invitationPayload(github, organization, invitation),
    user: simpleUser(github, invitation.user),
  };
}

function joinedOrLeft(
  github: GitHub,
  { action, organization, member, role }: Exclude<MembershipEvent, { action: 'member_invited' }>,
): LeavingBody {
  const url = `${github.url}/orgs/${organization.login}`;
  return {
    membership: {
      url: `${url}/memberships/${member.login}`,
      state: action === 'member_added' ? 'active' : 'inactive',
      role,
      organization_url: url,
      user: simpleUser(github, member),
    },
  };
}
