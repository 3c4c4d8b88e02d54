import { recordsBranch, type RecordFile } from '../audit/record.ts';
import type { GitReader } from './git-objects.ts';
import type { RequestsRepository } from './requests-repository.ts';
import { writeCommit } from './write-commit.ts';

/**
 * Appends records to the records branch as one commit and gives the SHA of a commit that holds them all. Records that stand there
 * already, the same to the byte, are not written again; one that stands there with other content is never overwritten.
 */
export async function appendRecords(
  repository: RequestsRepository,
  git: GitReader,
  records: readonly RecordFile[],
): Promise<string> {
  const tip = await git.tip(recordsBranch);
  const standing = tip === null ? new Map() : await git.tree(tip);
  for (const { path, text } of records) {
    const file = standing.get(path);
    if (file && (!file.regular || (await git.text(file)) !== text))
      throw new Error(
        `the record ${path} stands on ${recordsBranch} with other content; it is never overwritten`,
      );
  }
  const missing = records.filter(({ path }) => !standing.has(path));
  if (tip !== null && missing.length === 0) return tip;
  return writeCommit(repository, git, {
    branch: recordsBranch,
    parent: tip,
    files: new Map(missing.map(({ path, text }) => [path, text])),
    message: commitMessage(missing),
    force: false,
  });
}

/** Every record at the tip of the branch: path -> text. No branch is no record. */
export async function readRecords(git: GitReader): Promise<ReadonlyMap<string, string>> {
  const tip = await git.tip(recordsBranch);
  if (tip === null) return new Map();
  const files = await git.files(await git.tree(tip), (path) => path.startsWith('records/'));
  return new Map(files.map(({ path, text }) => [path, text]));
}

function commitMessage(records: readonly RecordFile[]): string {
  const names = records.map(({ path }) => path.replace(/^.*\//, '').replace(/\.json$/, ''));
  return names.length === 1 ? `Record ${names[0]}` : `Record ${names.length} events\n\n${names.join('\n')}`;
}
