import { Hono } from 'hono';
import { html } from 'hono/html';
import { repositoryByName, type GitHub } from '../model/github.ts';
import { unmetRules } from '../model/rules.ts';
import type { Comment, Commit, DiffEntry, FullPull, Review } from '../payloads/descriptions.ts';
import { changedFiles } from './diff.ts';
import { commitList } from './history.ts';
import { editorAt, short, time, type Markup, type Show } from './layout.ts';
import { markdown } from './markdown.ts';
import { checksSection } from './checks.ts';
import { stateOf } from './pulls.ts';
import type { PageEnv } from './visitor.ts';

/** A pull request with everything that is said of it, and what can be done about it. */
export function pullPage(github: GitHub, show: Show): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  routes.get('/web/:owner/:repo/pull/:number{[0-9]+}', async (c) => {
    const visitor = c.get('visitor');
    const { owner, repo, number } = c.req.param();
    const [base, at] = [`/repos/${owner}/${repo}`, `/web/${owner}/${repo}/pull/${number}`];
    const pull = await visitor.read<FullPull>(`${base}/pulls/${number}`);
    const [files, commits, reviews, comments, checks, reasons] = await Promise.all([
      visitor.readAll<DiffEntry>(`${base}/pulls/${number}/files`),
      visitor.readAll<Commit>(`${base}/pulls/${number}/commits`),
      visitor.readAll<Review>(`${base}/pulls/${number}/reviews`),
      visitor.readAll<Comment>(`${base}/issues/${number}/comments`),
      checksSection(visitor, github, { repository: `${owner}/${repo}`, sha: pull.head.sha, at }),
      unmet(github, owner, repo, Number(number)),
    ]);
    const edit = (path: string) =>
      pull.state === 'open' ? editorAt(`${owner}/${repo}`, { ref: pull.head.ref, path, pull: number }) : null;
    return show(c, {
      title: `${pull.title} · #${number}`,
      repository: `${owner}/${repo}`,
      content: html`<h1>${pull.title} <small>#${number}</small></h1>
        <p>
          <strong>${stateOf(pull)}</strong> · ${pull.user.login} asks to merge
          ${pull.commits === 1 ? 'one commit' : `${pull.commits} commits`} into
          <code>${pull.base.ref}</code> from
          <code>${headName(pull)}</code>
          ${time(pull.created_at)} · <a href="${at}">Look again</a>
        </p>
        ${pull.body ? html`<section class="panel" aria-label="Description">${markdown(pull.body)}</section>` : ''}
        ${checks} ${mergeSection(at, pull, reasons)}
        <section aria-labelledby="changes">
          <h2 id="changes">Changes</h2>
          ${changedFiles(files, edit)}
        </section>
        ${conversation(at, reviews, comments)}
        <section aria-labelledby="commits">
          <h2 id="commits">Commits</h2>
          ${commitList(`${owner}/${repo}`, commits)}
        </section>`,
    });
  });
  return routes;
}

/** The branch; of a fork, with whose it is. */
function headName({ head, base }: FullPull): string {
  return head.repo.full_name === base.repo.full_name ? head.ref : head.label;
}

/** What the base's rules still ask for. The API tells only that something does. */
function unmet(github: GitHub, owner: string, repo: string, number: number): Promise<string[]> | string[] {
  const repository = repositoryByName(github, owner, repo);
  const pull = repository?.pulls.get(number);
  return repository && pull?.state === 'open' ? unmetRules(repository, pull) : [];
}

const standing: Readonly<Record<string, string>> = {
  clean: 'It can be merged.',
  unstable: 'It can be merged, although a check that is not required has not passed.',
  blocked: 'It can’t be merged yet:',
  behind: 'It can’t be merged yet:',
  dirty: 'It conflicts with the base and can’t be merged.',
  draft: 'It is a draft and can’t be merged.',
};

function mergeSection(at: string, pull: FullPull, reasons: readonly string[]): Markup {
  return html`<section aria-labelledby="merge">
    <h2 id="merge">Merge</h2>
    ${
      pull.merged_at
        ? html`<p>
            ${pull.merged_by?.login} merged it as
            <code>${short(pull.merge_commit_sha ?? '')}</code> ${time(pull.merged_at)}
          </p>`
        : ''
    }
    ${
      pull.state === 'open'
        ? html`<p>${standing[pull.mergeable_state] ?? pull.mergeable_state}</p>
            ${
              reasons.length > 0
                ? html`<ul>
                    ${reasons.map((reason) => html`<li>${reason}</li>`)}
                  </ul>`
                : ''
            }
            <form class="row" method="post" action="${at}/merge">
              <input type="hidden" name="sha" value="${pull.head.sha}" />
              <label for="method">How</label>
              <select id="method" name="method">
                <option value="merge">Merge commit</option>
                <option value="squash">Squash</option>
                <option value="rebase">Rebase</option>
              </select>
              <button class="main">Merge</button>
            </form>`
        : ''
    }
    ${pull.merged_at ? '' : stateForm(at, pull.state === 'open' ? 'closed' : 'open')}
  </section>`;
}

function stateForm(at: string, state: 'open' | 'closed'): Markup {
  return html`<form method="post" action="${at}/state">
    <button name="state" value="${state}">${state === 'closed' ? 'Close' : 'Reopen'} the pull request</button>
  </form>`;
}

const verdicts: Readonly<Record<string, string>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'requested changes',
  COMMENTED: 'reviewed',
  DISMISSED: 'gave a review, which was dismissed',
};

function conversation(at: string, reviews: readonly Review[], comments: readonly Comment[]): Markup {
  const said = [
    ...reviews.map(({ user, state, submitted_at: when, body }) => ({
      who: user?.login ?? 'somebody',
      what: verdicts[state] ?? state,
      when: when ?? '',
      body,
    })),
    ...comments.map(({ user, created_at: when, body }) => ({
      who: user?.login ?? 'somebody',
      what: 'commented',
      when,
      body: body ?? '',
    })),
  ].toSorted((one, other) => (one.when < other.when ? -1 : 1));
  return html`<section aria-labelledby="conversation">
    <h2 id="conversation">Reviews and comments</h2>
    ${said.map(
      ({ who, what, when, body }) =>
        html`<article class="panel">
          <strong>${who}</strong> ${what} ${time(when)} ${body === '' ? '' : markdown(body)}
        </article>`,
    )}
    <form method="post" action="${at}/say">
      <label for="body">Review or comment</label>
      <textarea id="body" name="body" rows="3"></textarea>
      <p class="row">
        <button name="event" value="APPROVE" class="main">Approve</button>
        <button name="event" value="REQUEST_CHANGES">Request changes</button>
        <button name="event" value="COMMENT">Comment</button>
      </p>
    </form>
  </section>`;
}
