import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { Refusal } from '../model/refusal.ts';
import type { FullPull } from '../payloads/descriptions.ts';
import { textOf, type Entry } from './files.ts';
import { encoded, refusalNotice, type Markup, type Show } from './layout.ts';
import type { PageEnv, Visitor } from './visitor.ts';

/** What the editor's form holds. */
interface Draft {
  /** The branch that the file was read from. */
  readonly ref: string;
  readonly path: string;
  /** The blob that is edited; empty: a new file. */
  readonly sha: string;
  readonly content: string;
  readonly title: string;
  readonly description: string;
  readonly branch: string;
  /** The number of the pull request whose head gets one more commit; empty: a new pull request. */
  readonly pull: string;
}

/** The web editor: edits a file into a new branch and opens a pull request, or adds a commit to one. */
export function editorPages(show: Show): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  const path = '/web/:owner/:repo/edit';

  routes.get(path, async (c) => {
    const repository = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const draft = await begun(c.get('visitor'), repository, c.req.query());
    return show(c, { title: 'Edit', repository, content: editor(repository, draft) });
  });
  routes.post(path, async (c) => {
    const repository = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const draft = sent(await c.req.parseBody<Record<string, string>>());
    try {
      const number =
        draft.pull === ''
          ? await propose(c.get('visitor'), repository, draft)
          : await amend(c.get('visitor'), repository, draft);
      return c.redirect(`/web/${repository}/pull/${number}`, 303);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { message, errors, status } = error;
      const content = html`${refusalNotice(message, errors)}${editor(repository, draft)}`;
      return show(c, { title: 'Edit', repository, content, status });
    }
  });
  return routes;
}

async function begun(
  visitor: Visitor,
  repository: string,
  { ref = '', path = '', folder = '', pull = '' }: Record<string, string>,
): Promise<Draft> {
  const login = visitor.login ?? 'somebody';
  const blank = { ref, title: '', description: '', branch: `${login}/${Date.now().toString(36)}`, pull };
  if (path === '') return { ...blank, path: folder === '' ? '' : `${folder}/`, sha: '', content: '' };
  const home = pull === '' ? repository : (await headOf(visitor, repository, pull)).repository;
  const entry = await visitor.read<Entry>(
    `/repos/${home}/contents/${encoded(path)}?ref=${encodeURIComponent(ref)}`,
  );
  const content = textOf(entry);
  if (content === undefined) throw new Refusal(422, `${path} is no text that can be edited here.`);
  return { ...blank, path, sha: entry.sha, content };
}

/** Browsers send every line's end as CRLF (https://html.spec.whatwg.org/#constructing-entry-list). */
function sent(form: Record<string, string>): Draft {
  const {
    ref = '',
    path = '',
    sha = '',
    content = '',
    title = '',
    description = '',
    branch = '',
    pull = '',
  } = form;
  return { ref, path, sha, content: content.replaceAll('\r\n', '\n'), title, description, branch, pull };
}

/** Makes the branch, commits to it and opens the pull request; where one of them is refused, the branch is taken away again. */
async function propose(visitor: Visitor, repository: string, draft: Draft): Promise<number> {
  const base = `/repos/${repository}`;
  const tip = await visitor.read<{ object: { sha: string } }>(`${base}/git/ref/heads/${encoded(draft.ref)}`);
  await visitor.send('POST', `${base}/git/refs`, { ref: `refs/heads/${draft.branch}`, sha: tip.object.sha });
  try {
    await commit(visitor, repository, draft.branch, draft);
    const { number } = await visitor.send<{ number: number }>('POST', `${base}/pulls`, {
      title: titleOf(draft),
      body: draft.description,
      head: draft.branch,
      base: draft.ref,
    });
    return number;
  } catch (error) {
    await visitor.send('DELETE', `${base}/git/refs/heads/${encoded(draft.branch)}`);
    throw error;
  }
}

/** One more commit on the head of a pull request. */
async function amend(visitor: Visitor, repository: string, draft: Draft): Promise<number> {
  const head = await headOf(visitor, repository, draft.pull);
  await commit(visitor, head.repository, head.branch, draft);
  return Number(draft.pull);
}

async function headOf(
  visitor: Visitor,
  repository: string,
  pull: string,
): Promise<{ repository: string; branch: string }> {
  const { head } = await visitor.read<FullPull>(`/repos/${repository}/pulls/${encodeURIComponent(pull)}`);
  return { repository: head.repo.full_name, branch: head.ref };
}

async function commit(visitor: Visitor, repository: string, branch: string, draft: Draft): Promise<void> {
  await visitor.send('PUT', `/repos/${repository}/contents/${encoded(draft.path)}`, {
    branch,
    message: titleOf(draft),
    content: Buffer.from(draft.content).toString('base64'),
    ...(draft.sha === '' ? {} : { sha: draft.sha }),
  });
}

function titleOf({ title, path, sha }: Draft): string {
  return title.trim() || `${sha === '' ? 'Create' : 'Update'} ${path.split('/').at(-1)}`;
}

function editor(repository: string, draft: Draft): Markup {
  const created = draft.sha === '';
  const again = draft.pull !== '';
  return html`<h1>${created ? 'A new file' : `Edit ${draft.path}`}</h1>
    <form method="post" action="/web/${repository}/edit">
      ${Object.entries({ ref: draft.ref, sha: draft.sha, pull: draft.pull }).map(
        ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
      )}
      <label for="path">File</label>
      <input id="path" type="text" name="path" value="${draft.path}" required ${created ? '' : 'readonly'} />
      <label for="content">Content</label>
      ${area(draft.content)}
      <label for="title">${again ? 'What the commit does' : 'Title of the pull request'}</label>
      <input
        id="title"
        type="text"
        name="title"
        value="${draft.title}"
        placeholder="${titleOf({ ...draft, title: '' })}"
      />
      ${
        again
          ? html`<p><button class="main">Commit to #${draft.pull}</button></p>`
          : html`<label for="description">Description</label>
              <textarea id="description" name="description" rows="3">${draft.description}</textarea>
              <label for="branch">New branch, from ${draft.ref}</label>
              <input id="branch" type="text" name="branch" value="${draft.branch}" required />
              <p><button class="main">Open a pull request</button></p>`
      }
    </form>`;
}

/** A browser takes the first line break after the tag away: it is not the text's (https://html.spec.whatwg.org/#the-textarea-element). */
function area(content: string): Markup {
  const tag = raw('<textarea id="content" class="code" name="content" rows="18" spellcheck="false">\n');
  return html`${tag}${content}${raw('</textarea>')}`;
}
