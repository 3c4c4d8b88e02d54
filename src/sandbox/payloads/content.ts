import type { TreeEntry } from '../git/tree-format.ts';
import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import { apiUrl, pageUrl } from './repository.ts';

/** A file, directory, symlink or submodule as the contents API describes it. */
export function contentEntry(
  github: GitHub,
  repository: Repository,
  { ref, path }: { ref: string; path: string },
  { mode, sha }: TreeEntry,
  size: number,
) {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const self = `${apiUrl(github, repository)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const folder = mode === '040000';
  const git = `${apiUrl(github, repository)}/git/${folder ? 'trees' : 'blobs'}/${sha}`;
  const html = `${pageUrl(github, repository)}/${folder ? 'tree' : 'blob'}/${ref}/${encoded}`;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size,
    url: self,
    html_url: html,
    git_url: git,
    download_url: folder ? null : `${pageUrl(github, repository)}/raw/${ref}/${encoded}`,
    type: contentType(mode),
    _links: { self, git, html },
  };
}

function contentType(mode: TreeEntry['mode']): 'dir' | 'file' | 'submodule' | 'symlink' {
  if (mode === '040000') return 'dir';
  if (mode === '120000') return 'symlink';
  return mode === '160000' ? 'submodule' : 'file';
}
