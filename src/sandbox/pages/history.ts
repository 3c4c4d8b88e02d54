import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Commit } from '../payloads/descriptions.ts';
import { changedFiles } from './diff.ts';
import { short, time, type Markup, type Show } from './layout.ts';
import type { PageEnv } from './visitor.ts';

const shown = 100;

/** The commits of a branch, and one commit with what it changed. */
export function historyPages(show: Show): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  routes.get('/web/:owner/:repo/commits', async (c) => {
    const repository = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const { default_branch: branch } = await c
      .get('visitor')
      .read<{ default_branch: string }>(`/repos/${repository}`);
    const commits = await c
      .get('visitor')
      .read<Commit[]>(`/repos/${repository}/commits?sha=${encodeURIComponent(branch)}&per_page=${shown}`);
    return show(c, {
      title: `Commits of ${branch}`,
      repository,
      content: html`<h1>Commits of ${branch}</h1>
        ${commitList(repository, commits)}
        ${commits.length === shown ? html`<p>The last ${shown} are shown.</p>` : ''}`,
    });
  });
  routes.get('/web/:owner/:repo/commit/:sha', async (c) => {
    const repository = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const commit = await c
      .get('visitor')
      .read<Commit>(`/repos/${repository}/commits/${encodeURIComponent(c.req.param('sha'))}`);
    const [subject = '', ...body] = commit.commit.message.split('\n');
    return show(c, {
      title: subject,
      repository,
      content: html`<h1>${subject}</h1>
        ${body.length > 0 ? html`<pre>${body.join('\n').trim()}</pre>` : ''}
        <p>
          <code>${commit.sha}</code><br />
          ${authorOf(commit)} ${time(commit.commit.committer?.date)}
          ${commit.commit.verification?.verified ? html`<span class="good">signed by GitHub</span>` : ''}
        </p>
        ${changedFiles(commit.files ?? [])}`,
    });
  });
  return routes;
}

export function commitList(repository: string, commits: readonly Commit[]): Markup {
  return html`<ul class="list">
    ${commits.map(
      (commit) =>
        html`<li>
          <a href="/web/${repository}/commit/${commit.sha}">${commit.commit.message.split('\n')[0]}</a>
          <small>
            <code>${short(commit.sha)}</code> ${authorOf(commit)} ${time(commit.commit.committer?.date)}
          </small>
        </li>`,
    )}
  </ul>`;
}

function authorOf({ author, commit }: Commit): string {
  return author && 'login' in author && author.login ? author.login : (commit.author?.name ?? 'somebody');
}
