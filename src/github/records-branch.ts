import { recordsBranch, type RecordFile } from '../audit/record.ts';
import { blobSha, type GitReader } from './git-objects.ts';
import { named, type RequestsRepository } from './requests-repository.ts';
import { writeCommit } from './write-commit.ts';

/** The mode of an ordinary file. */
const ordinary = 0o100644;

interface Entry {
  readonly name: string;
  readonly oid: string;
  readonly mode: number;
}

/** The records branch at one commit: of the folders that were asked for, what stands in each. */
interface Standing {
  readonly tip: string | null;
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, Entry>>;
}

/**
 * Appends records to the records branch as one commit and gives the SHA of a commit that holds them all. Records that stand there
 * already, the same to the byte, are not written again; one that stands there with other content is never overwritten.
 */
export async function appendRecords(
  repository: RequestsRepository,
  git: GitReader,
  records: readonly RecordFile[],
): Promise<string> {
  const { tip, folders } = await readStanding(repository, new Set(records.map(({ path }) => folderOf(path))));
  const entryOf = (path: string) => folders.get(folderOf(path))?.get(nameOf(path));
  for (const { path, text } of records) {
    const entry = entryOf(path);
    if (entry && (entry.mode !== ordinary || entry.oid !== blobSha(text)))
      throw new Error(
        `the record ${path} stands on ${recordsBranch} with other content; it is never overwritten`,
      );
  }
  const missing = records.filter(({ path }) => !entryOf(path));
  if (tip === null) return begin(repository, git, missing);
  return missing.length === 0 ? tip : append(repository, tip, missing);
}

/** Every record at the tip of the branch: path -> text. No branch is no record. */
export async function readRecords(git: GitReader): Promise<ReadonlyMap<string, string>> {
  const tip = await git.tip(recordsBranch);
  if (tip === null) return new Map();
  const files = await git.files(await git.tree(tip), (path) => path.startsWith('records/'));
  return new Map(files.map(({ path, text }) => [path, text]));
}

/** A day's folder at a time: the whole branch grows for ever. */
async function readStanding(repository: RequestsRepository, folders: ReadonlySet<string>): Promise<Standing> {
  const paths = [...folders];
  const { repository: found } = await repository.octokit.graphql<{
    repository: Readonly<Record<string, unknown>> & { ref: { target: { oid: string } } | null };
  }>(
    `query ($owner: String!, $repo: String!, ${paths.map((_, index) => `$path${index}: String!`).join(', ')}) {
      repository(owner: $owner, name: $repo) {
        ref(qualifiedName: "refs/heads/${recordsBranch}") { target { oid } }
        ${paths.map((_, index) => `folder${index}: object(expression: $path${index}) { ... on Tree { entries { name oid mode } } }`).join('\n')}
      }
    }`,
    {
      ...named(repository),
      ...Object.fromEntries(paths.map((path, index) => [`path${index}`, `${recordsBranch}:${path}`])),
    },
  );
  return {
    tip: found.ref?.target.oid ?? null,
    folders: new Map(
      paths.map((path, index) => {
        const folder = found[`folder${index}`] as { readonly entries?: readonly Entry[] } | null;
        return [path, new Map((folder?.entries ?? []).map((entry) => [entry.name, entry]))];
      }),
    ),
  };
}

/** The branch begins a history of its own. */
function begin(
  repository: RequestsRepository,
  git: GitReader,
  records: readonly RecordFile[],
): Promise<string> {
  return writeCommit(repository, git, {
    branch: recordsBranch,
    parent: null,
    files: new Map(records.map(({ path, text }) => [path, text])),
    message: [headline(records), ...bodyOf(records)].join('\n\n'),
    force: false,
  });
}

/** One call that GitHub refuses where the branch has moved on, with a commit that it signs (https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch). */
async function append(
  { octokit, owner, repo }: RequestsRepository,
  tip: string,
  records: readonly RecordFile[],
): Promise<string> {
  const [body] = bodyOf(records);
  const { createCommitOnBranch } = await octokit.graphql<{
    createCommitOnBranch: { commit: { oid: string } };
  }>(
    `mutation ($input: CreateCommitOnBranchInput!) {
      createCommitOnBranch(input: $input) { commit { oid } }
    }`,
    {
      input: {
        branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: recordsBranch },
        expectedHeadOid: tip,
        message: { headline: headline(records), ...(body !== undefined && { body }) },
        fileChanges: {
          additions: records.map(({ path, text }) => ({
            path,
            contents: Buffer.from(text).toString('base64'),
          })),
        },
      },
    },
  );
  return createCommitOnBranch.commit.oid;
}

function headline(records: readonly RecordFile[]): string {
  const [first] = records;
  return records.length === 1 && first ? `Record ${eventOf(first)}` : `Record ${records.length} events`;
}

/** What the headline leaves out. */
function bodyOf(records: readonly RecordFile[]): string[] {
  return records.length > 1 ? [records.map(eventOf).join('\n')] : [];
}

function eventOf({ path }: RecordFile): string {
  return nameOf(path).replace(/\.json$/, '');
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
