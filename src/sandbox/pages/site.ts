import { readFileSync } from 'node:fs';
import { Hono, type Context } from 'hono';
import { html } from 'hono/html';
import { setCookie } from 'hono/cookie';
import { repositoryByName, type GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import { editorPages } from './editor.ts';
import { guard, localPath } from './guard.ts';
import { historyPages } from './history.ts';
import { homePage } from './home.ts';
import { answerPage, refusalNotice } from './layout.ts';
import { pullActions } from './pull-actions.ts';
import { pullPage } from './pull.ts';
import { pullsPages } from './pulls.ts';
import { filesPages } from './files.ts';
import { peopleOf, personCookie, visitorOf, type Api, type PageEnv } from './visitor.ts';

const style = readFileSync(new URL('style.css', import.meta.url), 'utf8');

/**
 * Whether a request is for a page: by its path (`/`, below `/web`, or where GitHub has the page of a repository), and asked for by
 * something that takes HTML. No API client does, so the API answers everything else.
 */
export function isForPage(github: GitHub, request: Request): boolean {
  const { pathname } = new URL(request.url);
  if (pathname === '/web/style.css') return true;
  if (!(request.headers.get('accept') ?? '').includes('text/html')) return false;
  return pathname === '/' || pathname.startsWith('/web/') || onGitHub(github, pathname) !== undefined;
}

/** GitHub's own address of a repository's page, which its API tells, as the address here. */
function onGitHub(github: GitHub, pathname: string): string | undefined {
  const [, owner = '', name = '', kind, rest] =
    /^\/([^/]+)\/([^/]+)(?:\/(pull|commit|pulls|commits|blob|tree)(?:\/(.+))?)?\/?$/.exec(pathname) ?? [];
  if (!repositoryByName(github, owner, name)) return undefined;
  const base = `/web/${owner}/${name}`;
  if (kind === undefined) return base;
  if (kind === 'blob' || kind === 'tree') return rest === undefined ? base : `${base}/tree/${rest}`;
  return `${base}/${kind}${rest === undefined || kind.endsWith('s') ? '' : `/${rest}`}`;
}

/** The pages on which a visitor acts as any of the people. Everything they see and do goes through the API. */
export function site(github: GitHub, api: Api): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  const show = (c: Context<PageEnv>, page: Parameters<typeof answerPage>[2]) =>
    answerPage(c, peopleOf(github), page);
  pages.use(async (c, next) => {
    c.set('visitor', visitorOf(c, github, api));
    await next();
  });
  pages.use(guard);
  pages.get('/web/style.css', (c) => c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  pages.post('/web/act-as', async (c) => {
    const { login = '', back = '/' } = await c.req.parseBody<Record<string, string>>();
    if (!peopleOf(github).some((person) => person.login === login))
      throw new Refusal(422, `Nobody here is called ${login}.`);
    setCookie(c, personCookie, login, { path: '/', httpOnly: true, sameSite: 'Strict' });
    return c.redirect(localPath(back), 303);
  });
  for (const routes of [
    homePage(github, show),
    editorPages(show),
    historyPages(show),
    pullsPages(show),
    pullPage(github, show),
    pullActions(github),
    filesPages(show),
  ])
    pages.route('/', routes);
  pages.get('*', (c) => {
    const address = onGitHub(github, c.req.path);
    if (address === undefined) throw new Refusal(404, 'Not Found');
    return c.redirect(address, 302);
  });
  pages.notFound(() => {
    throw new Refusal(404, 'Not Found');
  });
  pages.onError((error, c) => {
    if (!(error instanceof Refusal)) console.error(error);
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'Server Error');
    const nobody = c.get('visitor').login === null;
    return show(c, {
      title: refusal.status === 404 ? 'Not found' : 'Refused',
      status: refusal.status,
      content: html`<h1>${refusal.status === 404 ? 'Not found' : 'That was not done'}</h1>
        ${refusalNotice(refusal.message, refusal.errors)}
        ${nobody ? html`<p>You act as nobody yet: choose one of the people above.</p>` : ''}
        <p><a href="${cameFrom(c)}">Go back</a></p>`,
    });
  });
  return pages;
}

/** Where the visitor came from, if that was a page of this site. */
function cameFrom(c: Context): string {
  const referer = c.req.header('referer');
  if (referer === undefined || !URL.canParse(referer)) return '/';
  const { host, pathname, search } = new URL(referer);
  return host === c.req.header('host') ? localPath(pathname + search) : '/';
}
