import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { proposeChange } from '../../src/github/propose-change.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const requests = 'access-requests.yaml';
const text = { title: 'Take it out', body: 'Because' };
const on = { owner: 'acme', repo: 'access' };
const git = async (...args: string[]) => (await stage.world.git(...args)).trim();
let branches = 0;
const fresh = () => `countersign/revert-${(branches += 1)}`;

async function proposes(branch: string) {
  const parent = await git('rev-parse', 'main');
  const files = new Map([
    [requests, '\uFEFFrequests:\r\n  # ä€𝄞\n'],
    ['dir/ünï #1?.yaml', 'named'],
  ]);
  const message = 'Take it out\n\nBecause.\n\nGrant: one';
  return proposeChange(
    stage.repository,
    stage.reader(),
    { branch, parent, files, message, force: true },
    text,
  );
}

/** What stands on the branch is the change on the tip, signed by GitHub, and proposed once. */
async function expectProposed(branch: string, { pull, headSha }: { pull: number; headSha: string }) {
  expect(await git('rev-parse', branch)).toBe(headSha);
  expect(await git('rev-parse', `${branch}^@`)).toBe(await git('rev-parse', 'main'));
  expect(await git('-c', 'core.quotePath=false', 'diff', '--name-only', 'main', branch)).toBe(
    `${requests}\ndir/ünï #1?.yaml`,
  );
  expect(await stage.world.git('show', `${branch}:${requests}`)).toBe('\uFEFFrequests:\r\n  # ä€𝄞\n');
  const { rest } = stage.repository.octokit;
  const { data: commit } = await rest.repos.getCommit({ ...on, ref: headSha });
  expect(commit).toMatchObject({
    author: { login: 'countersign[bot]' },
    commit: { message: 'Take it out\n\nBecause.\n\nGrant: one', verification: { verified: true } },
  });
  const { data: pulls } = await rest.pulls.list({ ...on, head: `acme:${branch}` });
  expect(pulls).toMatchObject([
    { number: pull, ...text, base: { ref: 'main' }, user: { login: 'countersign[bot]' } },
  ]);
}

test('a change is proposed in one call, and found again', async () => {
  const branch = fresh();
  stage.traffic.forget();
  const proposed = await proposes(branch);
  expect(stage.traffic.writes()).toEqual(['POST /graphql mutation']);
  await expectProposed(branch, proposed);
  expect(await proposes(branch)).toEqual(proposed);
  await expectProposed(branch, proposed);
});

test('a change is proposed where an attempt before it only made the branch', async () => {
  const branch = fresh();
  await git('branch', branch, 'main');
  const proposed = await proposes(branch);
  expect(proposed.headSha).not.toBe(await git('rev-parse', 'main'));
  await expectProposed(branch, proposed);
});

test('a change is proposed where an attempt before it came to its end, and nobody was told', async () => {
  const branch = fresh();
  const errors = [{ message: 'No', path: ['createPullRequest'] }];
  stage.traffic.alter(/ mutation$/, (answer: object) => ({ ...answer, errors }));
  await expect(proposes(branch)).rejects.toMatchObject({ errors });
  stage.traffic.straighten();
  await expectProposed(branch, await proposes(branch));
});

test('nothing is proposed where it is not known what stands there', async () => {
  stage.traffic.forget();
  stage.traffic.answer(/git\/ref/, 502);
  await expect(proposes(fresh())).rejects.toMatchObject({ status: 502 });
  expect(stage.traffic.writes()).toEqual([]);
});
