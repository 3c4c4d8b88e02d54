import { Hono, type Context } from 'hono';
import { html } from 'hono/html';
import type { FullRepository } from '../payloads/descriptions.ts';
import { editorAt, encoded, type Markup, type Show } from './layout.ts';
import type { PageEnv, Visitor } from './visitor.ts';

/** A file, or one entry of a directory, as the contents API tells it. */
export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly type: 'dir' | 'file' | 'submodule' | 'symlink';
  readonly sha: string;
  readonly size: number;
  readonly content?: string;
  readonly encoding?: 'base64' | 'none';
}

interface Account {
  readonly id: number;
  readonly login: string;
}

/** The repository's files at a branch. */
export function filesPages(show: Show): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  const page = async (c: Context<PageEnv>) => {
    const visitor = c.get('visitor');
    const repository = `${c.req.param('owner')}/${c.req.param('repo')}`;
    const [about, branches, me] = await Promise.all([
      visitor.read<FullRepository>(`/repos/${repository}`),
      branchNames(visitor, repository),
      visitor.login === null ? null : visitor.read<Account>('/user'),
    ]);
    const rest = decodeURIComponent(c.req.param('rest') ?? about.default_branch);
    const ref =
      c.req.query('ref') ??
      branches.find((name) => `${rest}/`.startsWith(`${name}/`)) ??
      rest.split('/')[0] ??
      '';
    const path = c.req.query('ref') === undefined ? rest.slice(ref.length + 1) : '';
    const found = await visitor.read<Entry | Entry[]>(
      `/repos/${repository}/contents/${encoded(path)}?ref=${encodeURIComponent(ref)}`,
    );
    const canEdit = branches.includes(ref);
    return show(c, {
      title: path || about.full_name,
      repository: about.full_name,
      content: html`<h1>${path || about.full_name} <small>at ${ref}</small></h1>
        ${branchChoice(repository, branches, ref)}
        ${Array.isArray(found) ? directory(repository, ref, path, found, canEdit) : file(repository, ref, found, canEdit)}
        ${path === '' ? cloning(about.clone_url, me) : ''}`,
    });
  };
  routes.get('/web/:owner/:repo', page);
  routes.get('/web/:owner/:repo/tree/:rest{.+}', page);
  return routes;
}

/** The longest first, so that the first that fits a path is the right one. */
async function branchNames(visitor: Visitor, repository: string): Promise<string[]> {
  const branches = await visitor.readAll<{ name: string }>(`/repos/${repository}/branches`);
  return branches.map(({ name }) => name).toSorted((one, other) => other.length - one.length);
}

function branchChoice(repository: string, branches: readonly string[], ref: string): Markup {
  return html`<form class="row" method="get" action="/web/${repository}">
    <label for="ref">Branch</label>
    <select id="ref" name="ref">
      ${branches.toSorted().map((name) => html`<option ${name === ref ? 'selected' : ''}>${name}</option>`)}
    </select>
    <button>Show</button>
  </form>`;
}

function directory(
  repository: string,
  ref: string,
  path: string,
  entries: readonly Entry[],
  canEdit: boolean,
): Markup {
  const sorted = entries.toSorted(
    (one, other) =>
      Number(other.type === 'dir') - Number(one.type === 'dir') || (one.name < other.name ? -1 : 1),
  );
  const above = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  return html`<ul class="list" aria-label="Files">
      ${path === '' ? '' : html`<li><a href="/web/${repository}/tree/${encoded(`${ref}/${above}`)}">..</a></li>`}
      ${sorted.map(
        (entry) =>
          html`<li>
            <a href="/web/${repository}/tree/${encoded(`${ref}/${entry.path}`)}"
              >${entry.name}${entry.type === 'dir' ? '/' : ''}</a
            >
          </li>`,
      )}
    </ul>
    ${
      canEdit
        ? html`<p>
            <a href="${editorAt(repository, { ref, folder: path })}">Add a file</a>
          </p>`
        : ''
    }`;
}

function file(repository: string, ref: string, entry: Entry, canEdit: boolean): Markup {
  const text = textOf(entry);
  return html`${
    canEdit && text !== undefined
      ? html`<p>
          <a href="${editorAt(repository, { ref, path: entry.path })}">Edit this file</a>
        </p>`
      : ''
  }
  ${
    text === undefined
      ? html`<p>${entry.size} bytes that are no text, or too many to show.</p>`
      : html`<pre tabindex="0">${text}</pre>`
  }`;
}

/** What a file says; undefined where it is no text, or the API did not send it along. */
export function textOf({ content, encoding }: Entry): string | undefined {
  if (content === undefined || encoding !== 'base64') return undefined;
  const text = Buffer.from(content, 'base64').toString();
  return text.includes('\0') ? undefined : text;
}

/** A commit is a person's by its e-mail address, so a clone that forgets it makes commits that are nobody's. */
function cloning(address: string, me: Account | null): Markup {
  const identity = me
    ? `-c user.name=${me.login} -c user.email=${me.id}+${me.login}@users.noreply.github.com `
    : '';
  return html`<h2>Clone it</h2>
    <pre tabindex="0">git clone ${identity}${address}</pre>
    <p>
      Any name will do; the password is the token of the person you push as, which the terminal told when the
      sandbox started. The address makes your commits theirs, as one that is known to GitHub does.
    </p>`;
}
