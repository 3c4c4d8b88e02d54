import { Hono } from 'hono';
import { requestAction } from '../actions/check-runs.ts';
import { atLeast, levelOf } from '../model/access.ts';
import { repositoryByName, userByLogin, type GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { PageEnv } from './visitor.ts';

/** What the buttons of a pull request's page do. */
export function pullActions(github: GitHub): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  const path = '/web/:owner/:repo/pull/:number{[0-9]+}';

  routes.post(`${path}/say`, async (c) => {
    const { owner, repo, number } = c.req.param();
    const { event, body = '' } = await c.req.parseBody<Record<string, string>>();
    const [base, words] = [`/repos/${owner}/${repo}`, { body: body.replaceAll('\r\n', '\n') }];
    if (event === 'COMMENT') await c.get('visitor').send('POST', `${base}/issues/${number}/comments`, words);
    else await c.get('visitor').send('POST', `${base}/pulls/${number}/reviews`, { event, ...words });
    return c.redirect(`/web/${owner}/${repo}/pull/${number}#conversation`, 303);
  });
  routes.post(`${path}/merge`, async (c) => {
    const { owner, repo, number } = c.req.param();
    const { method, sha } = await c.req.parseBody<Record<string, string>>();
    await c
      .get('visitor')
      .send('PUT', `/repos/${owner}/${repo}/pulls/${number}/merge`, { merge_method: method, sha });
    return c.redirect(`/web/${owner}/${repo}/pull/${number}`, 303);
  });
  routes.post(`${path}/state`, async (c) => {
    const { owner, repo, number } = c.req.param();
    const { state } = await c.req.parseBody<Record<string, string>>();
    await c.get('visitor').send('PATCH', `/repos/${owner}/${repo}/pulls/${number}`, { state });
    return c.redirect(`/web/${owner}/${repo}/pull/${number}`, 303);
  });
  routes.post(`${path}/checks/:id{[0-9]+}`, async (c) => {
    const { owner, repo, number, id } = c.req.param();
    const visitor = c.get('visitor');
    const { action } = await c.req.parseBody<Record<string, string>>();
    const run = `/repos/${owner}/${repo}/check-runs/${id}`;
    if (action === undefined) await visitor.send('POST', `${run}/rerequest`);
    else {
      // GitHub has the buttons on its pages alone; that the person sees the run at all is for the API to say.
      await visitor.read(run);
      await click(github, visitor.login, { owner, repo, id: Number(id), action });
    }
    return c.redirect(`/web/${owner}/${repo}/pull/${number}#checks`, 303);
  });
  return routes;
}

async function click(
  github: GitHub,
  login: string | null,
  { owner, repo, id, action }: { owner: string; repo: string; id: number; action: string },
): Promise<void> {
  const repository = repositoryByName(github, owner, repo);
  const user = login === null ? undefined : userByLogin(github, login);
  const run = repository?.checkRuns.find((one) => one.id === id);
  if (!repository || !user || !run?.actions.some(({ identifier }) => identifier === action)) throw notFound();
  if (!atLeast(levelOf(repository, user), 'write'))
    throw new Refusal(403, 'Must have push access to repository');
  await github.exclusively(() => requestAction(github, repository, user, run, action));
}
