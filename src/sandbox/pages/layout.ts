import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Person, PageEnv } from './visitor.ts';

/** A piece of a page: whatever was put into it is escaped. */
export type Markup = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  readonly content: Markup | readonly Markup[];
  /** The repository that the page is about, `OWNER/NAME`. */
  readonly repository?: string;
  readonly status?: ContentfulStatusCode;
}

/** Shows a page to whoever asks for it. */
export type Show = (c: Context<PageEnv>, page: Page) => Response | Promise<Response>;

/** Answers with a whole page. */
export function answerPage(
  c: Context<PageEnv>,
  people: readonly Person[],
  { title, content, repository, status = 200 }: Page,
): Response | Promise<Response> {
  const back = c.req.method === 'GET' ? new URL(c.req.url) : undefined;
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title} · Sandbox</title>
          <link rel="stylesheet" href="/web/style.css" />
        </head>
        <body>
          <a class="skip" href="#main">Skip to the content</a>
          <header>
            <a class="home" href="/">Sandbox</a>
            ${actAs(people, c.get('visitor').login, back ? back.pathname + back.search : '/')}
          </header>
          ${repository === undefined ? '' : navigation(repository)}
          <main id="main">${content}</main>
        </body>
      </html>`,
    status,
  );
}

function actAs(people: readonly Person[], login: string | null, back: string): Markup {
  return html`<form class="act-as" method="post" action="/web/act-as">
    <input type="hidden" name="back" value="${back}" />
    <label for="act-as">Acting as</label>
    <select id="act-as" name="login">
      ${login === null ? html`<option value="" selected>nobody yet</option>` : ''}
      ${people.map(
        (person) =>
          html`<option value="${person.login}" ${person.login === login ? 'selected' : ''}>
            ${person.login}${person.teams.length > 0 ? ` (${person.teams.join(', ')})` : ''}
          </option>`,
      )}
    </select>
    <button>Switch</button>
  </form>`;
}

function navigation(repository: string): Markup {
  const base = `/web/${repository}`;
  return html`<nav aria-label="${repository}">
    <strong>${repository}</strong>
    <a href="${base}">Files</a>
    <a href="${base}/commits">Commits</a>
    <a href="${base}/pulls">Pull requests</a>
  </nav>`;
}

/** What GitHub has against something, in its own words. */
export function refusalNotice(message: string, errors: readonly unknown[] = []): Markup {
  const details = errors.map((error) => {
    if (typeof error === 'string') return error;
    const { message: said, code, field } = error as { message?: string; code?: string; field?: string };
    return said ?? [field, code].filter(Boolean).join(': ');
  });
  return html`<div class="refusal" role="alert">
    <strong>GitHub refused</strong>
    <p>${message.trim()}</p>
    ${
      details.length > 0
        ? html`<ul>
            ${details.map((detail) => html`<li>${detail}</li>`)}
          </ul>`
        : ''
    }
  </div>`;
}

/** A moment as people read it: `2026-11-23 18:00 UTC`. */
export function time(instant: string | null | undefined): Markup {
  if (!instant) return html``;
  return html`<time datetime="${instant}">${instant.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

export function short(sha: string): string {
  return sha.slice(0, 7);
}

/** The address of the editor. */
export function editorAt(repository: string, query: Readonly<Record<string, string>>): string {
  return `/web/${repository}/edit?${new URLSearchParams(query).toString()}`;
}

/** A path below an address: each name of it encoded. */
export function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
