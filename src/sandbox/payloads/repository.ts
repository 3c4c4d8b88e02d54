import { atLeast } from '../model/access.ts';
import type { Level } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { fullName, pullsOf, type Repository } from '../model/repository.ts';
import { ownerUser } from './account.ts';
import type { FullRepository } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';

export function apiUrl(github: GitHub, repository: Repository): string {
  return `${github.url}/repos/${fullName(repository)}`;
}

export function pageUrl(github: GitHub, repository: Repository): string {
  return `${github.url}/${fullName(repository)}`;
}

/** GitHub's five flags for what somebody may do. */
export function permissionFlags(level: Level) {
  return {
    admin: atLeast(level, 'admin'),
    maintain: atLeast(level, 'maintain'),
    push: atLeast(level, 'write'),
    triage: atLeast(level, 'triage'),
    pull: atLeast(level, 'read'),
  };
}

/** A repository as it stands inside other objects; with what the viewer may do there, where somebody asks. */
export function repositoryPayload(github: GitHub, repository: Repository, level?: Level) {
  const forks = [...github.repositories.values()].filter(({ parent }) => parent === repository).length;
  const openIssues = pullsOf(repository).filter(({ state }) => state === 'open').length;
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: ownerUser(github, repository.owner),
    html_url: pageUrl(github, repository),
    description: null,
    fork: repository.parent !== null,
    ...repositoryLinks(github, repository),
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? ('private' as const) : ('public' as const),
    forks,
    open_issues: openIssues,
    watchers: 0,
    default_branch: repository.defaultBranch,
    created_at: instant(repository.createdAt),
    updated_at: instant(repository.pushedAt),
    pushed_at: instant(repository.pushedAt),
    ...(level ? { permissions: permissionFlags(level) } : {}),
  };
}

export function fullRepository(github: GitHub, repository: Repository, level?: Level): FullRepository {
  return {
    ...repositoryPayload(github, repository, level),
    temp_clone_token: null,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    ...repository.settings,
    allow_update_branch: false,
    ...(repository.owner.person ? {} : { organization: ownerUser(github, repository.owner) }),
    ...(repository.parent
      ? {
          parent: repositoryPayload(github, repository.parent),
          source: repositoryPayload(github, repository.parent),
        }
      : {}),
    network_count: 0,
    subscribers_count: 0,
  };
}

function repositoryLinks(github: GitHub, repository: Repository) {
  const api = apiUrl(github, repository);
  const page = pageUrl(github, repository);
  return {
    url: api,
    archive_url: `${api}/{archive_format}{/ref}`,
    assignees_url: `${api}/assignees{/user}`,
    blobs_url: `${api}/git/blobs{/sha}`,
    branches_url: `${api}/branches{/branch}`,
    clone_url: `${page}.git`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    comments_url: `${api}/comments{/number}`,
    commits_url: `${api}/commits{/sha}`,
    compare_url: `${api}/compare/{base}...{head}`,
    contents_url: `${api}/contents/{+path}`,
    contributors_url: `${api}/contributors`,
    deployments_url: `${api}/deployments`,
    downloads_url: `${api}/downloads`,
    events_url: `${api}/events`,
    forks_url: `${api}/forks`,
    git_commits_url: `${api}/git/commits{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    git_url: `${page.replace(/^http/, 'git')}.git`,
    hooks_url: `${api}/hooks`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    issue_events_url: `${api}/issues/events{/number}`,
    issues_url: `${api}/issues{/number}`,
    keys_url: `${api}/keys{/key_id}`,
    labels_url: `${api}/labels{/name}`,
    languages_url: `${api}/languages`,
    merges_url: `${api}/merges`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    pulls_url: `${api}/pulls{/number}`,
    releases_url: `${api}/releases{/id}`,
    ssh_url: `git@127.0.0.1:${fullName(repository)}.git`,
    stargazers_url: `${api}/stargazers`,
    statuses_url: `${api}/statuses/{sha}`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    svn_url: page,
    tags_url: `${api}/tags`,
    teams_url: `${api}/teams`,
    trees_url: `${api}/git/trees{/sha}`,
  };
}
