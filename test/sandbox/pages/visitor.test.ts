import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { path, REQUESTS, stage, type Stage } from '../world.ts';
import { browsing, type Browsing, type Seen } from './browsing.ts';

const asked = `requests:
  - user: mona
    resource: orders-db
    role: read-only
    duration: 4h
    reason: "<script>alert('INC-1')</script>"
`;

let at: Stage;
let browse: Browsing['browse'];
let submit: Browsing['submit'];

beforeAll(async () => {
  at = await stage({
    repository: { name: 'access', files: { [REQUESTS]: 'requests: []\n', 'docs/one.md': '\n# One\n' } },
  });
  ({ browse, submit } = browsing(at.url));
});
afterAll(() => at.close());

const blobOf = async (file: string, ref: string): Promise<string> => {
  const { data } = await at.world.person('mona').request('GET', `${path}/contents/${file}?ref=${ref}`);
  return String(data['sha']);
};

/** The editor's form, filled in: a new pull request, or one more commit on one. */
async function edits(
  login: string,
  change: { branch: string; title: string; content?: string; pull?: string },
): Promise<Seen> {
  const { branch, title, content = asked, pull = '' } = change;
  const ref = pull === '' ? 'main' : branch;
  const sha = await blobOf(REQUESTS, ref);
  return submit('/web/acme/access/edit', login, { ref, path: REQUESTS, sha, content, title, branch, pull });
}

describe('a visitor', () => {
  test('looks at files, a file, commits and a commit', async () => {
    const files = await browse('/web/acme/access', 'mona');
    expect(files.html).toContain('href="/web/acme/access/tree/main/docs"');
    const address = `${at.world.person('mona').id}+mona@users.noreply.github.com`;
    expect(files.html).toContain(
      `git clone -c user.name=mona -c user.email=${address} ${at.url}/acme/access.git`,
    );
    expect((await browse('/web/acme/access/tree/main/docs', 'mona')).html).toContain('docs/one.md');
    expect((await browse('/web/acme/access/tree/main/docs/one.md', 'mona')).html).toContain('# One');
    const commits = await browse('/web/acme/access/commits', 'mona');
    const [, commit = ''] = /href="(\/web\/acme\/access\/commit\/[0-9a-f]{40})"/.exec(commits.html) ?? [];
    expect((await browse(commit, 'mona')).html).toContain('Initial commit');
    expect((await browse('/web/acme/access/tree/main/nothing.md', 'mona')).status).toBe(404);
  });

  test('edits a file into a new branch, edits it again, is refused by name, and merges', async () => {
    const opened = await edits('mona', { branch: 'mona/ask', title: '<b>Ask</b>' });
    expect(opened.status).toBe(303);
    const address = String(opened.location);
    const number = address.split('/').at(-1) ?? '';
    const page = await browse(address, 'mona');
    expect(page.html).toContain('&lt;b&gt;Ask&lt;/b&gt;');
    expect(page.html).toContain(
      '<span class="added">+    reason: &quot;&lt;script&gt;alert(&#39;INC-1&#39;)&lt;/script&gt;&quot;',
    );
    expect(page.html).not.toMatch(/<b>Ask|<script/);

    const again = {
      branch: 'mona/ask',
      title: 'Ask for less',
      content: asked.replace('4h', '1h').replaceAll('\n', '\r\n'),
      pull: number,
    };
    expect((await edits('mona', again)).location).toBe(address);
    const { data } = await at.world
      .person('mona')
      .request('GET', `${path}/contents/${REQUESTS}?ref=mona/ask`);
    expect(Buffer.from(String(data['content']), 'base64').toString()).toBe(asked.replace('4h', '1h'));

    const own = await submit(`${address}/say`, 'mona', { event: 'APPROVE', body: '' });
    expect(own.status).toBe(422);
    expect(own.html).toContain('Can not approve your own pull request');
    expect((await submit(`${address}/say`, 'lead', { event: 'APPROVE', body: 'Fine' })).status).toBe(303);
    expect((await submit(`${address}/say`, 'nick', { event: 'REQUEST_CHANGES', body: 'No' })).status).toBe(
      303,
    );
    expect((await submit(`${address}/say`, 'nick', { event: 'COMMENT', body: 'Why?' })).status).toBe(303);
    const talked = (await browse(address, 'mona')).html
      .replaceAll(/<[^>]+>\s*/g, ' ')
      .replaceAll(/\s+/g, ' ');
    for (const said of ['lead approved', 'nick requested changes', 'nick commented'])
      expect(talked).toContain(said);

    const [, sha = ''] = /name="sha" value="([0-9a-f]{40})"/.exec((await browse(address, 'mona')).html) ?? [];
    const stale = await submit(`${address}/merge`, 'mona', { method: 'squash', sha: '0'.repeat(40) });
    expect([stale.status, stale.html]).toEqual([409, expect.stringContaining('Head branch was modified')]);
    expect((await submit(`${address}/merge`, 'bob', { method: 'squash', sha })).status).toBe(403);
    expect((await submit(`${address}/merge`, 'mona', { method: 'squash', sha })).status).toBe(303);
    expect((await browse(address, 'mona')).html).toContain('mona merged it as');
  });

  test('keeps what was typed when it is refused, and no branch', async () => {
    const refused = await edits('bob', { branch: 'bob/ask', title: 'Ask' });
    expect(refused.status).toBe(404);
    expect(refused.html).toContain('GitHub refused');
    expect(refused.html).toContain('duration: 4h');
    const stale = await submit('/web/acme/access/edit', 'mona', {
      ref: 'main',
      path: REQUESTS,
      sha: '0'.repeat(40),
      content: 'x',
      title: 'x',
      branch: 'mona/stale',
      pull: '',
    });
    expect(stale.status).toBe(409);
    expect(await at.world.git('branch', '--list', 'mona/stale', 'bob/ask')).toBe('');
  });

  test('opens a pull request from a branch that was pushed, closes it and opens it again', async () => {
    await at.world.person('mona').writesFiles('first-by-name', { 'docs/three.md': 'Three\n' });
    await at.world.person('nick').writesFiles('nick/pushed', { 'docs/two.md': 'Two\n' });
    expect((await browse('/web/acme/access/pulls', 'nick')).html).toMatch(
      /<option>nick\/pushed<\/option>\s*<option>first-by-name<\/option>/,
    );
    const opened = await submit('/web/acme/access/pulls', 'nick', {
      head: 'nick/pushed',
      base: 'main',
      title: 'Two',
      body: '',
    });
    const address = String(opened.location);
    for (const state of ['closed', 'open', 'closed'])
      expect((await submit(`${address}/state`, 'nick', { state })).status).toBe(303);
    expect((await browse(address, 'nick')).html).toContain('Reopen the pull request');
    const twice = await submit('/web/acme/access/pulls', 'nick', {
      head: 'main',
      base: 'main',
      title: 'x',
      body: '',
    });
    expect([twice.status, twice.html]).toEqual([
      422,
      expect.stringContaining('No commits between main and main'),
    ]);
  });
});

test('a check says its words, why the merge waits, and its buttons reach the app', async () => {
  const { world, app } = at;
  world.protect('main', {
    requiredChecks: [{ context: 'access/policy', appId: world.app.id }],
    requiredApprovals: 1,
  });
  const pull = await world
    .person('nick')
    .opensPullRequest({ title: 'Checked', branch: 'nick/checked', files: { [REQUESTS]: asked } });
  await app.rest.checks.create({
    owner: 'acme',
    repo: 'access',
    name: 'access/policy',
    head_sha: pull.head.sha,
    conclusion: 'action_required',
    output: {
      title: 'One <i>violation</i>',
      summary: '### Who\n\n| Who | What |\n| --- | --- |\n| @mona | `<img src=x>` |\n',
      annotations: [
        {
          path: REQUESTS,
          start_line: 5,
          end_line: 5,
          annotation_level: 'failure',
          message: '<u>too long</u>',
        },
      ],
    },
    actions: [{ label: 'Explain', description: 'Say more', identifier: 'explain' }],
  });
  const address = `/web/acme/access/pull/${pull.number}`;
  const { html } = await browse(address, 'nick');
  for (const part of [
    'One &lt;i&gt;violation&lt;/i&gt;',
    '<code>&lt;img src=x&gt;</code>',
    '&lt;u&gt;too long&lt;/u&gt;',
    'Required status check &quot;access/policy&quot; is failing.',
    'At least 1 approving review is required',
  ])
    expect(html).toContain(part);
  const [, button = ''] = /action="([^"]+\/checks\/\d+)"/.exec(html) ?? [];
  const before = world.deliveries().length;
  world.deliverTo('http://127.0.0.1:1/');
  expect((await submit(button, 'bob', { action: 'explain' })).status).toBe(403);
  expect((await submit(button, 'nick', { action: 'explain' })).status).toBe(303);
  expect((await submit(button, 'nick', {})).status).toBe(303);
  expect(
    world
      .deliveries()
      .slice(before)
      .map(({ event, action }) => `${event}.${action}`),
  ).toEqual(['check_run.requested_action', 'check_run.rerequested']);
  world.protect('main', {});
});
