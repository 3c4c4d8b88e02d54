import { violation, type Violation } from './violation.ts';

const requestsFile = /^access-requests(?:\/.*)?\.yaml$/;
const policyFile = /^access-policies\/.*\.yaml$/;

/** The places where GitHub looks for owners, in its own order; the first that is there counts. */
export const codeownersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/** Whether entries in this file ask for access: `access-requests.yaml` and `access-requests/**\/*.yaml`. Paths are case-sensitive. */
export function isRequestsFile(path: string): boolean {
  return requestsFile.test(path);
}

/** Whether this file decides who gets what: policies and code owners. A change to it never counts from a pull request's head. */
export function isControlFile(path: string): boolean {
  return path.startsWith('access-policies/') || codeownersPaths.some((known) => known === path);
}

function counts(path: string): boolean {
  return requestsFile.test(path) || policyFile.test(path);
}

/** A file that its author takes for a requests or a policy file, and that counts for nothing under the name that it has. */
export function misnamedFile(path: string): Violation[] {
  const meant = path.toLowerCase().replace(/\.yml$/, '.yaml');
  if (counts(path) || !counts(meant)) return [];
  const message =
    'The file looks like one of access requests or policies and counts for nothing under this name.';
  const place = { file: path, line: 1, column: 1 };
  return [violation(place, 'wrong-extension', message, `Rename it to ${meant}.`)];
}
