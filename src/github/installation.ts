import type { Probot } from 'probot';
import type { GitHubClient, RequestsRepository } from './requests-repository.ts';
import { onSignInFailed } from './sign-in.ts';

/**
 * A client that acts as the app's installation on a repository. The repository is found by its name and must have the id that the operator
 * bound: a name can be taken over by somebody else. `signedOut`: this client is of no use any more; another may be, where the App was installed again.
 */
export async function openRepository(
  probot: Probot,
  appId: number,
  bound: Pick<RequestsRepository, 'id' | 'owner' | 'repo' | 'branch'>,
  signedOut: () => void = () => undefined,
): Promise<RequestsRepository> {
  const { owner, repo, branch, id } = bound;
  const asApp = await probot.auth();
  const { data: installation } = await asApp.rest.apps.getRepoInstallation({ owner, repo });
  const octokit = await probot.auth(installation.id);
  onSignInFailed(octokit, signedOut);
  const { data } = await octokit.rest.repos.get({ owner, repo });
  if (data.id !== id)
    throw new Error(
      `${owner}/${repo} has the id ${data.id} and not ${id}, which the operator bound: nothing is read from it or written to it`,
    );
  return { id, nodeId: data.node_id, owner, repo, branch, octokit, appId };
}

/** A client that acts as the app's installation on an organization. `signedOut`: as for a repository. */
export async function openOrganization(
  probot: Probot,
  organization: string,
  signedOut: () => void = () => undefined,
): Promise<GitHubClient> {
  const asApp = await probot.auth();
  const { data: installation } = await asApp.rest.apps.getOrgInstallation({ org: organization });
  const octokit = await probot.auth(installation.id);
  onSignInFailed(octokit, signedOut);
  return octokit;
}
