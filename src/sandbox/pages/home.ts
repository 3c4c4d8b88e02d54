import { Hono } from 'hono';
import { html } from 'hono/html';
import { levelOf, sees } from '../model/access.ts';
import { userByLogin, type GitHub } from '../model/github.ts';
import { fullName } from '../model/repository.ts';
import type { Show } from './layout.ts';
import { peopleOf, type PageEnv } from './visitor.ts';

/** Where a visitor begins: whom they can act as, and the repositories that this person sees. */
export function homePage(github: GitHub, show: Show): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  routes.get('/', (c) => {
    const { login } = c.get('visitor');
    const user = login === null ? undefined : userByLogin(github, login);
    const repositories = [...github.repositories.values()].filter((repository) =>
      user ? levelOf(repository, user) !== 'none' : sees({ kind: 'anonymous' }, repository),
    );
    return show(c, {
      title: 'Repositories',
      content: html`<h1>A GitHub on this machine</h1>
        <p>
          Nothing here leaves this machine. What you do, you do as the person you choose, with that person's
          rights: every button asks the same API that apps and <code>git</code> use, and a refusal is GitHub's
          own.
        </p>
        <h2>Repositories</h2>
        ${
          repositories.length === 0
            ? html`<p>
                ${login === null ? 'Choose below whom you act as: private repositories are not shown to nobody.' : `${login} sees none.`}
              </p>`
            : html`<ul class="list">
                ${repositories.map((repository) => {
                  const open = [...repository.pulls.values()].filter(({ state }) => state === 'open').length;
                  return html`<li>
                    <a href="/web/${fullName(repository)}">${fullName(repository)}</a>
                    <small>${repository.private ? 'private' : 'public'}</small> ·
                    <a href="/web/${fullName(repository)}/pulls"
                      >${open} open pull ${open === 1 ? 'request' : 'requests'}</a
                    >
                  </li>`;
                })}
              </ul>`
        }
        <h2>People</h2>
        <form method="post" action="/web/act-as">
          <input type="hidden" name="back" value="/" />
          <ul class="list">
            ${peopleOf(github).map(
              (person) =>
                html`<li class="row">
                  <button
                    name="login"
                    value="${person.login}"
                    aria-pressed="${String(person.login === login)}"
                  >
                    Act as ${person.login}
                  </button>
                  <span>${person.name} <small>${person.teams.join(', ')}</small></span>
                </li>`,
            )}
          </ul>
        </form>`,
    });
  });
  return routes;
}
