import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordsBranch, type RecordFile } from '../../src/audit/record.ts';
import { appendRecords, readRecords } from '../../src/github/records-branch.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  // Each test finds the repository before its first record.
  await stage.world.git('update-ref', '-d', `refs/heads/${recordsBranch}`);
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const record = (seq: number, text = `{"seq":${seq}}\n`): RecordFile => ({
  path: `records/2026/11/23/00000000${seq}-granted.json`,
  text,
});
const append = (...records: RecordFile[]) => appendRecords(stage.repository, stage.reader(), records);
const tip = async () => (await stage.world.git('rev-parse', recordsBranch)).trim();
const standing = () => readRecords(stage.reader());
const asMap = (...records: RecordFile[]) => new Map(records.map(({ path, text }) => [path, text]));

test('the first records make the branch, with a history of its own', async () => {
  const commit = await append(record(1), record(2));
  expect(commit).toBe(await tip());
  expect((await stage.world.git('log', '--format=%p|%s|%b', recordsBranch)).trim()).toBe(
    '|Record 2 events|000000001-granted\n000000002-granted',
  );
  expect(await standing()).toEqual(asMap(record(1), record(2)));
});

test('later ones are appended to it, as one commit', async () => {
  const first = await append(record(1));
  const second = await append(record(2), record(3));
  expect((await stage.world.git('rev-parse', `${second}^@`)).trim()).toBe(first);
  expect(await standing()).toEqual(asMap(record(1), record(2), record(3)));
});

test('what stands there already is not written again', async () => {
  const first = await append(record(1), record(2));
  stage.traffic.forget();
  expect(await append(record(1), record(2))).toBe(first);
  expect(stage.traffic.writes()).toEqual([]);
  const next = await append(record(2), record(3));
  expect((await stage.world.git('show', '--format=', '--name-only', next)).trim()).toBe(record(3).path);
});

test('one that stands there with other content is never overwritten, and nothing beside it written', async () => {
  const first = await append(record(1));
  await expect(append(record(1, '{"seq":1,"forged":true}\n'), record(2))).rejects.toThrow(
    `the record ${record(1).path} stands on ${recordsBranch} with other content`,
  );
  expect(await tip()).toBe(first);
  expect(await standing()).toEqual(asMap(record(1)));
});

test('a link that reads like the record is none', async () => {
  await append(record(1));
  const { path, text } = record(2);
  await stage.world.person('mona').writesFiles(recordsBranch, { [path]: text }, 'Link', {
    mode: { [path]: '120000' },
  });
  await expect(append(record(2))).rejects.toThrow('with other content');
  expect(await standing()).toEqual(asMap(record(1)));
});

test.each([
  ['first', /^POST .*\/git\/refs$/],
  ['later', /^POST .*\/graphql mutation$/],
])('of two who write at once, both the %s, one is refused and neither lost', async (when, line) => {
  const before = when === 'later' ? [record(1)] : [];
  if (when === 'later') await append(record(1));
  stage.traffic.before(line, () => append(record(2)));
  await expect(append(record(3))).rejects.toThrow(/already exists|Expected branch to point to/);
  expect(await standing()).toEqual(asMap(...before, record(2)));
  await append(record(3));
  expect(await standing()).toEqual(asMap(...before, record(2), record(3)));
});

test('nothing is written where it is not known what stands there', async () => {
  const first = await append(record(1));
  const answers = [
    [500, { message: 'Try again' }],
    [200, { data: { repository: null }, errors: [{ type: 'SERVICE_UNAVAILABLE', message: 'Try again' }] }],
  ] as const;
  for (const [status, body] of answers) {
    stage.traffic.straighten();
    stage.traffic.answer(/graphql query$/, status, body);
    stage.traffic.forget();
    await expect(append(record(1), record(2))).rejects.toThrow('Try again');
    expect(stage.traffic.writes()).toEqual([]);
  }
  expect(await tip()).toBe(first);
});

test('no branch is no record, and a branch that can not be read is an error', async () => {
  expect(await standing()).toEqual(new Map());
  stage.traffic.answer(/\/git\/ref\//, 403);
  await expect(standing()).rejects.toMatchObject({ status: 403 });
});
