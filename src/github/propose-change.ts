import type { GitReader } from './git-objects.ts';
import { ask } from './graphql.ts';
import type { RequestsRepository } from './requests-repository.ts';
import { writeCommit, type NewCommit } from './write-commit.ts';
import { openPull, type PullText } from './write-pull.ts';

export interface Proposed {
  readonly pull: number;
  readonly headSha: string;
}

/**
 * Proposes a change of files of the default branch by a pull request from one of the app's own branches, which is found again. A branch that is not there yet is
 * made, changed and proposed in one call; what that call left half done, the next one finds.
 */
export async function proposeChange(
  repository: RequestsRepository,
  git: GitReader,
  commit: NewCommit & { readonly parent: string },
  text: PullText,
): Promise<Proposed> {
  if ((await git.tip(commit.branch)) === null) return proposeAtOnce(repository, commit, text);
  const headSha = await writeCommit(repository, git, commit);
  return { headSha, pull: await openPull(repository, { branch: commit.branch, ...text }) };
}

/** The commit is signed by GitHub (https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch). */
async function proposeAtOnce(
  repository: RequestsRepository,
  { branch, parent, files, message }: NewCommit & { readonly parent: string },
  { title, body }: PullText,
): Promise<Proposed> {
  const { nodeId: repositoryId, owner, repo } = repository;
  const [headline = '', ...rest] = message.split('\n');
  const { createCommitOnBranch, createPullRequest } = await ask<{
    createCommitOnBranch: { commit: { oid: string } };
    createPullRequest: { pullRequest: { number: number } };
  }>(
    repository,
    `mutation ($ref: CreateRefInput!, $commit: CreateCommitOnBranchInput!, $pull: CreatePullRequestInput!) {
      createRef(input: $ref) { ref { name } }
      createCommitOnBranch(input: $commit) { commit { oid } }
      createPullRequest(input: $pull) { pullRequest { number } }
    }`,
    {
      ref: { repositoryId, name: `refs/heads/${branch}`, oid: parent },
      commit: {
        branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: branch },
        expectedHeadOid: parent,
        message: { headline, body: rest.join('\n').trim() },
        fileChanges: {
          additions: [...files].map(([path, content]) => ({
            path,
            contents: Buffer.from(content).toString('base64'),
          })),
        },
      },
      pull: { repositoryId, baseRefName: repository.branch, headRefName: branch, title, body },
    },
  );
  return { headSha: createCommitOnBranch.commit.oid, pull: createPullRequest.pullRequest.number };
}
