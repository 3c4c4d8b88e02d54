import type { GitHubClient } from './requests-repository.ts';

/**
 * GitHub does not let the App in: it was uninstalled or suspended, or its key is no longer valid. It has no status of its own: the client signs in
 * within a call, and a 404 of that says nothing about what was asked.
 */
export class SignInFailed extends Error {}

/** Tells a sign-in that failed apart from an answer, so that nobody takes it for one. */
export function tellingSignIns(octokit: Pick<GitHubClient, 'hook'>): void {
  octokit.hook.error('request', (error) => {
    if (isOfSignIn(error))
      throw new SignInFailed(
        `GitHub does not let the App sign in (${error.message}): is it installed, and its key valid?`,
        { cause: error },
      );
    throw error;
  });
}

/** Calls back whenever the client could not sign in. */
export function onSignInFailed(octokit: Pick<GitHubClient, 'hook'>, failed: () => void): void {
  octokit.hook.error('request', (error) => {
    if (error instanceof SignInFailed) failed();
    throw error;
  });
}

/**
 * 401 is nothing else; otherwise it is known by the call that gets a token
 * (https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app). A GitHub that fails has said nothing of the App.
 */
function isOfSignIn(
  error: Error & { readonly status?: number; readonly request?: { readonly url?: string } },
): boolean {
  const { status = 500, request } = error;
  return status === 401 || (status < 500 && request?.url?.endsWith('/access_tokens') === true);
}
