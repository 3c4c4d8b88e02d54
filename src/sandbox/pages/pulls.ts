import { Hono } from 'hono';
import { html } from 'hono/html';
import type { ListedPull } from '../payloads/descriptions.ts';
import { time, type Markup, type Show } from './layout.ts';
import type { PageEnv, Visitor } from './visitor.ts';

/** The pull requests of a repository, and the form that opens one from a branch that was pushed. */
export function pullsPages(show: Show): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  const path = '/web/:owner/:repo/pulls';

  routes.get(path, async (c) => {
    const visitor = c.get('visitor');
    const repository = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const [pulls, branches, { default_branch: base }, pushed] = await Promise.all([
      visitor.readAll<ListedPull>(`/repos/${repository}/pulls?state=all`),
      visitor.readAll<{ name: string }>(`/repos/${repository}/branches`),
      visitor.read<{ default_branch: string }>(`/repos/${repository}`),
      pushedBy(visitor, repository),
    ]);
    const open = pulls.filter(({ state }) => state === 'open');
    const taken = new Set([base, ...open.map(({ head }) => head.ref)]);
    const others = branches.map(({ name }) => name);
    const free = [...new Set([...pushed.filter((name) => others.includes(name)), ...others])].filter(
      (name) => !taken.has(name),
    );
    return show(c, {
      title: 'Pull requests',
      repository,
      content: html`<h1>Pull requests</h1>
        <h2>${open.length} open</h2>
        ${listOf(repository, open)} ${free.length > 0 ? opening(repository, base, free) : ''}
        <h2>Closed</h2>
        ${listOf(
          repository,
          pulls.filter(({ state }) => state === 'closed'),
        )}`,
    });
  });
  routes.post(path, async (c) => {
    const repository = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const { title, head, base, body } = await c.req.parseBody<Record<string, string>>();
    const { number } = await c
      .get('visitor')
      .send<{ number: number }>('POST', `/repos/${repository}/pulls`, { title, head, base, body });
    return c.redirect(`/web/${repository}/pull/${number}`, 303);
  });
  return routes;
}

/** The branches that the visitor pushed, the latest first. */
async function pushedBy({ login, read }: Visitor, repository: string): Promise<string[]> {
  if (login === null) return [];
  const moves = await read<{ ref: string }[]>(
    `/repos/${repository}/activity?actor=${encodeURIComponent(login)}&per_page=100`,
  );
  return moves.map(({ ref }) => ref.replace('refs/heads/', ''));
}

function listOf(repository: string, pulls: readonly ListedPull[]): Markup {
  if (pulls.length === 0) return html`<p>None.</p>`;
  return html`<ul class="list">
    ${pulls.map(
      (pull) =>
        html`<li>
          <a href="/web/${repository}/pull/${pull.number}">${pull.title}</a>
          <small> #${pull.number} ${stateOf(pull)}, by ${pull.user?.login} ${time(pull.created_at)} </small>
        </li>`,
    )}
  </ul>`;
}

/** `open`, `draft`, `merged` or `closed`. */
export function stateOf({
  state,
  merged_at: mergedAt,
  draft,
}: Pick<ListedPull, 'state' | 'merged_at' | 'draft'>): string {
  if (mergedAt) return 'merged';
  return draft && state === 'open' ? 'draft' : state;
}

function opening(repository: string, base: string, branches: readonly string[]): Markup {
  return html`<h2>Open a pull request from a branch</h2>
    <form method="post" action="/web/${repository}/pulls">
      <input type="hidden" name="base" value="${base}" />
      <label for="head">Branch, to be merged into ${base}</label>
      <select id="head" name="head">
        ${branches.map((name) => html`<option>${name}</option>`)}
      </select>
      <label for="title">Title</label>
      <input id="title" type="text" name="title" required />
      <label for="body">Description</label>
      <textarea id="body" name="body" rows="3"></textarea>
      <p><button class="main">Open a pull request</button></p>
    </form>`;
}
