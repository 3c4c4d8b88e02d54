import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Env } from './context.ts';

const REST = 'https://docs.github.com/rest';

/** Where GitHub's errors point to, by method and route. */
const PAGES: Record<string, string> = {
  'GET /user': 'users/users#get-the-authenticated-user',
  'GET /users/:login': 'users/users#get-a-user',
  'GET /user/:id': 'users/users#get-a-user-using-their-id',
  'GET /app': 'apps/apps#get-the-authenticated-app',
  'POST /app/installations/:id/access_tokens': 'apps/apps#create-an-installation-access-token-for-an-app',
  'GET /repos/:owner/:repo': 'repos/repos#get-a-repository',
  'GET /repos/:owner/:repo/pulls': 'pulls/pulls#list-pull-requests',
  'POST /repos/:owner/:repo/pulls': 'pulls/pulls#create-a-pull-request',
  'GET /repos/:owner/:repo/pulls/:number': 'pulls/pulls#get-a-pull-request',
  'PATCH /repos/:owner/:repo/pulls/:number': 'pulls/pulls#update-a-pull-request',
  'PUT /repos/:owner/:repo/pulls/:number/merge': 'pulls/pulls#merge-a-pull-request',
  'PUT /repos/:owner/:repo/pulls/:number/update-branch': 'pulls/pulls#update-a-pull-request-branch',
  'POST /repos/:owner/:repo/pulls/:number/reviews': 'pulls/reviews#create-a-review-for-a-pull-request',
  'POST /repos/:owner/:repo/pulls/:number/requested_reviewers':
    'pulls/review-requests#request-reviewers-for-a-pull-request',
  'POST /repos/:owner/:repo/check-runs': 'checks/runs#create-a-check-run',
  'PATCH /repos/:owner/:repo/check-runs/:id': 'checks/runs#update-a-check-run',
  'GET /repos/:owner/:repo/contents/:path{.+}': 'repos/contents#get-repository-content',
  'PUT /repos/:owner/:repo/contents/:path{.+}': 'repos/contents#create-or-update-file-contents',
  'POST /repos/:owner/:repo/git/refs': 'git/refs#create-a-reference',
  'PATCH /repos/:owner/:repo/git/refs/:ref{.+}': 'git/refs#update-a-reference',
  'POST /repos/:owner/:repo/issues/:number/comments': 'issues/comments#create-an-issue-comment',
};

/** The documentation page of the endpoint that a request went to; the overview where it has none here. */
export function documentationUrl(c: Context<Env>): string {
  const paths = matchedRoutes(c).map(({ method, path }) => PAGES[`${method} ${path}`]);
  const page = paths.findLast((candidate) => candidate !== undefined);
  return page ? `${REST}/${page}` : REST;
}
