import type { User } from './model/account.ts';
import type { GitHub } from './model/github.ts';
import type { Repository } from './model/repository.ts';
import { fullName } from './model/repository.ts';
import { graphqlVerbs, type GraphQLVerbs } from './graphql-verbs.ts';
import { nodeId } from './payloads/node-id.ts';
import { requestAction } from './actions/check-runs.ts';
import { deleteHead } from './actions/landing.ts';
import { pushFiles, type PushOptions } from './actions/push-files.ts';

/** What the API answered; never thrown, whatever the status. */
export interface Answer<Data = Record<string, unknown>> {
  status: number;
  data: Data;
}

/** The parts of a pull request's JSON that callers use most; the rest is there too. */
export interface PullJson extends Record<string, unknown> {
  id: number;
  number: number;
  html_url: string;
  head: { ref: string; sha: string };
  base: { ref: string; sha: string };
}

/** A person at work, with their own token. */
export interface Actor extends GraphQLVerbs {
  login: string;
  id: number;
  token: string;
  /** Any request of the REST API. */
  request<Data = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Data>>;
  /** Pushes one commit to a branch, made from the default branch where it is missing; null deletes a file. Throws on refusal. */
  writesFiles(
    branch: string,
    files: Record<string, string | null>,
    message?: string,
    options?: PushOptions,
  ): Promise<{ sha: string }>;
  /** Opens a pull request, with these files pushed first. Throws on refusal. */
  opensPullRequest(input: {
    title: string;
    branch: string;
    body?: string;
    files?: Record<string, string | null>;
    base?: string;
    draft?: boolean;
  }): Promise<PullJson>;
  /** Forks the repository: the same person at work in their fork, whose pull requests go upstream. */
  forks(): Promise<Actor>;
  reviews(pull: number, event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT', body?: string): Promise<Answer>;
  approves(pull: number): Promise<Answer>;
  dismisses(pull: number, review: number, message: string): Promise<Answer>;
  merges(pull: number, options?: { method?: 'merge' | 'squash' | 'rebase'; sha?: string }): Promise<Answer>;
  closes(pull: number): Promise<Answer>;
  /** Makes a stack of pull requests, each based on the one before, and merges all of it in one push: what became of it. */
  landsStack(pulls: readonly number[], options?: { method?: 'merge' | 'squash' | 'rebase' }): Promise<Answer>;
  /** Clicks "Delete branch" on a merged pull request: what was based on it goes to where it was merged. */
  deletesBranch(pull: number): Promise<void>;
  comments(pull: number, body: string): Promise<Answer>;
  /** Clicks a button that a check run's app put on it. Throws where there is none. */
  clicks(checkRun: number, identifier: string): Promise<void>;
}

/** Lets a person act on a repository through the API, and push as git would: there, or to a fork of it. */
export function actorFor(
  github: GitHub,
  repository: Repository,
  user: User,
  token: string,
  home = repository,
): Actor {
  const request: Actor['request'] = async (method, path, body) => {
    const response = await fetch(`${github.url}${path}`, {
      method,
      headers: { authorization: `token ${token}`, accept: 'application/vnd.github+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, data: text === '' ? {} : JSON.parse(text) };
  };
  const base = `/repos/${fullName(repository)}`;
  const writesFiles: Actor['writesFiles'] = (branch, files, message, options) =>
    github.exclusively(async () => ({
      sha: await pushFiles(github, home, user, { ...options, branch, files, message }),
    }));
  const reviews: Actor['reviews'] = (pull, event, body) =>
    request('POST', `${base}/pulls/${pull}/reviews`, { event, body });
  const idOf = (number: number) => {
    const pull = repository.pulls.get(number);
    if (!pull) throw new Error(`there is no pull request ${number}`);
    return nodeId('PullRequest', pull.id);
  };
  return {
    ...graphqlVerbs(request, idOf),
    login: user.login,
    id: user.id,
    token,
    request,
    writesFiles,
    async opensPullRequest({ branch, files, title, ...rest }) {
      if (files) await writesFiles(branch, files, title);
      const opened = await request<PullJson>('POST', `${base}/pulls`, {
        base: repository.defaultBranch,
        ...rest,
        title,
        head: home === repository ? branch : `${user.login}:${branch}`,
      });
      if (opened.status !== 201)
        throw new Error(`GitHub refused the pull request (${opened.status}): ${JSON.stringify(opened.data)}`);
      return opened.data;
    },
    async forks() {
      const { status, data } = await request('POST', `${base}/forks`);
      const fork = github.repositories.get(Number(data['id']));
      if (!fork) throw new Error(`GitHub refused the fork (${status}): ${JSON.stringify(data)}`);
      return actorFor(github, repository, user, token, fork);
    },
    reviews,
    approves: (pull) => reviews(pull, 'APPROVE'),
    dismisses: (pull, review, message) =>
      request('PUT', `${base}/pulls/${pull}/reviews/${review}/dismissals`, { message }),
    merges: (pull, { method = 'merge', sha } = {}) =>
      request('PUT', `${base}/pulls/${pull}/merge`, { merge_method: method, sha }),
    closes: (pull) => request('PATCH', `${base}/pulls/${pull}`, { state: 'closed' }),
    async landsStack(pulls, { method = 'merge' } = {}) {
      const stacked = await request('POST', `${base}/stacks`, { pull_requests: pulls });
      if (stacked.status !== 201) return stacked;
      const url = `${base}/pulls/${pulls.at(-1)}/merge-async`;
      const { status, data } = await request('PUT', url, { merge_method: method });
      if (status !== 202) return { status, data };
      const { uuid } = data['details'] as { uuid: string };
      return request('GET', `${url}/${uuid}`);
    },
    deletesBranch: (number) =>
      github.exclusively(async () => {
        const pull = repository.pulls.get(number);
        if (!pull?.merged) throw new Error(`pull request ${number} is not merged`);
        await deleteHead(github, repository, { user }, pull);
      }),
    clicks: (id, identifier) =>
      github.exclusively(async () => {
        const run = repository.checkRuns.find((one) => one.id === id);
        if (!run) throw new Error(`there is no check run ${id}`);
        await requestAction(github, repository, user, run, identifier);
      }),
    comments: (pull, body) => request('POST', `${base}/issues/${pull}/comments`, { body }),
  };
}
