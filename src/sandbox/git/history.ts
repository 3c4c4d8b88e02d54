import type { GitRepository } from './repository.ts';

/** The best common ancestor of two SHAs; undefined where the histories share none. */
export function mergeBase(git: GitRepository, one: string, other: string): Promise<string | undefined> {
  return git.remember(`merge-base ${one} ${other}`, async () => {
    const { code, stdout } = await git.run(['merge-base', one, other]);
    return code === 0 ? stdout.toString().trim() : undefined;
  });
}

export function isAncestor(git: GitRepository, ancestor: string, descendant: string): Promise<boolean> {
  if (ancestor === descendant) return Promise.resolve(true);
  return git.remember(`is-ancestor ${ancestor} ${descendant}`, () =>
    git.asks(['merge-base', '--is-ancestor', ancestor, descendant]),
  );
}

/** The commits reachable from `to` and not from `from`, oldest first. */
export function commitsBetween(git: GitRepository, from: string, to: string): Promise<string[]> {
  return git.remember(`between ${from} ${to}`, async () =>
    lines(await git.git(['rev-list', '--reverse', '--topo-order', to, `^${from}`])),
  );
}

/** The commits reachable from a revision, newest first, of a path if given. */
export async function history(
  git: GitRepository,
  from: string,
  options: { path?: string | undefined; skip: number; count: number },
): Promise<string[]> {
  const args = ['rev-list', `--skip=${options.skip}`, `--max-count=${options.count}`, from];
  return lines(await git.git(options.path ? [...args, '--', options.path] : args));
}

/** Refs whose names start with a prefix, and the objects they point at. */
export async function refs(git: GitRepository, prefix: string): Promise<{ ref: string; sha: string }[]> {
  const listed = lines(await git.git(['for-each-ref', '--format=%(objectname) %(refname)']));
  return listed
    .map((line) => ({ sha: line.slice(0, 40), ref: line.slice(41) }))
    .filter(({ ref }) => ref.startsWith(prefix));
}

/** Whether a name can be a ref, by git's own rules. */
export function isRefName(git: GitRepository, ref: string): Promise<boolean> {
  return git.asks(['check-ref-format', ref]);
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
