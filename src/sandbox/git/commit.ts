/** Who made a commit and when, as written in it: the committer's word, not GitHub's. */
export interface Signature {
  name: string;
  email: string;
  date: Date;
}

/** A commit to write. */
export interface NewCommit {
  tree: string;
  parents: readonly string[];
  author: Signature;
  committer: Signature;
  message: string;
}

/** A commit as read. */
export interface Commit extends NewCommit {
  sha: string;
}

export function formatCommit(commit: NewCommit): string {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(commit.author)}`,
    `committer ${formatSignature(commit.committer)}`,
  ];
  return `${lines.join('\n')}\n\n${commit.message}`;
}

export function parseCommit(sha: string, content: Buffer): Commit {
  const text = content.toString();
  const split = text.indexOf('\n\n');
  const headers = (split < 0 ? text : text.slice(0, split)).split('\n');
  const values = (key: string) =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message: split < 0 ? '' : text.slice(split + 2).replace(/\n$/, ''),
  };
}

function formatSignature({ name, email, date }: Signature): string {
  return `${withoutMarks(name)} <${withoutMarks(email)}> ${Math.floor(date.getTime() / 1000)} +0000`;
}

function withoutMarks(text: string): string {
  return text.replaceAll(/[<>\n]/g, '');
}

function parseSignature(text: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*)> (\d+) [+-]\d+$/.exec(text) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000) };
}
