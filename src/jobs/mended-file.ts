import { entriesOf, policiesOf } from '../approvals/proposal.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import type { Queryable } from '../database/connect.ts';
import { grantsOfRequest } from '../database/grants.ts';
import { repositoryById } from '../database/repositories.ts';
import { heldRemovals } from '../database/removals.ts';
import type { Revert } from '../database/reverts.ts';
import { blobSha, type TreeFile } from '../github/git-objects.ts';
import { isInForce } from '../grants/grant.ts';
import type { PolicySet, SourceFile } from '../policies/policy-set.ts';
import { requestKey, type ExpandedEntry, type RequestKey } from '../requests/access-request.ts';
import { sameMeaning } from '../requests/change-set.ts';
import { putBack } from '../requests/put-back.ts';
import { takeOut } from '../requests/take-out.ts';
import { hasErrors, type Violation } from '../requests/violation.ts';
import { readAccepted, readVersion } from './read-version.ts';
import type { Parts, Workplace } from './parts.ts';

/** The tip of the default branch as it is to be. */
export interface Mended {
  readonly tip: string;
  /** Path -> the file's new text. */
  readonly files: ReadonlyMap<string, string>;
  /** The reverts that have something to undo, each with the file that holds it. */
  readonly undone: readonly { readonly revert: Revert; readonly file: string }[];
}

/**
 * The requests files of the default branch, which stands at `tip`, that hold what reverts are to undo, without it. Nothing is left to undo of one that the tip does not hold, or that was granted
 * anew. While a file can't be read nobody knows: that throws.
 */
export async function mendedFiles(
  { db }: Pick<Parts, 'db'>,
  workplace: Workplace,
  reverts: readonly Revert[],
  tip: string | null,
): Promise<Mended> {
  const { git, binding } = workplace;
  const stored = await repositoryById(db, binding.id);
  if (!stored?.acceptedSha || tip === null) throw new Error('the branch has no accepted version');
  const { policies } = policiesOf(await readAccepted(git, stored.acceptedSha), connectorSchemas);
  const holderOf = await readHolders(workplace, tip, policies);
  const files = new Map<string, string>();
  const takenOut = new Map<SourceFile, Set<RequestKey>>();
  const undone: { revert: Revert; file: string }[] = [];
  for (const revert of reverts) {
    const holder = holderOf(revert);
    if (!holder) continue;
    const { path } = holder.source;
    if (revert.edit) {
      const text = await withFormerEntry(workplace, revert, revert.edit, holder, policies);
      if (text === undefined) continue;
      files.set(path, text);
    } else {
      if (await isGranted(db, binding.id, revert.key)) continue;
      const keys = takenOut.get(holder.source) ?? new Set();
      takenOut.set(holder.source, keys.add(revert.key));
    }
    undone.push({ revert, file: path });
  }
  for (const [{ path, text }, keys] of takenOut) files.set(path, takeOut(text, keys, policies.templates));
  return { tip, files, undone };
}

/** Whether a grant of the entry is in force that is not merely waiting for a person to end it. */
async function isGranted(db: Queryable, repositoryId: number, key: RequestKey): Promise<boolean> {
  const inForce = (await grantsOfRequest(db, repositoryId, key)).filter(isInForce);
  if (inForce.length === 0) return false;
  const held = await heldRemovals(db, { repositoryId, because: 'returned' });
  return inForce.some(({ id }) => !held.some(({ grant }) => grant.id === id));
}

/** Whether a commit is exactly the tip with the files mended, and nothing else. */
export async function isMended(
  { git }: Workplace,
  { tip, files }: Pick<Mended, 'tip' | 'files'>,
  headSha: string,
): Promise<boolean> {
  const [{ parents }, head, standing] = await Promise.all([
    git.commit(headSha),
    git.tree(headSha),
    git.tree(tip),
  ]);
  const isAsItShould = ({ path, sha, mode }: TreeFile) => {
    const text = files.get(path);
    const expected = text === undefined ? standing.get(path) : { mode: '100644', sha: blobSha(text) };
    return sha === expected?.sha && mode === expected.mode;
  };
  return parents.join() === tip && head.size === standing.size && [...head.values()].every(isAsItShould);
}

interface Holder {
  readonly source: SourceFile;
  readonly entry: ExpandedEntry;
}

/** Which requests file of a commit holds the entry of a revert: the one it stood in, or any other. */
async function readHolders(
  { git, binding }: Workplace,
  commit: string,
  policies: PolicySet,
): Promise<(revert: Revert) => Holder | undefined> {
  const version = await readVersion(git, commit);
  const { entries, violations } = entriesOf(version, policies);
  const byKey = Map.groupBy(entries, requestKey);
  return ({ key, file }) => {
    const held = byKey.get(key) ?? [];
    const entry = held.find((each) => each.file === file) ?? held[0];
    if (!entry) return unlessUnreadable(violations, binding.branch, key);
    const source = version.requests.find(({ path }) => path === entry.file);
    return source && { source, entry };
  };
}

function unlessUnreadable(violations: readonly Violation[], branch: string, key: string): undefined {
  if (hasErrors(violations))
    throw new Error(`the requests files on ${branch} can't all be read: ${key} may stand in one of them`);
}

/** The text with the entry as it was before it was edited; `undefined` where it is not what was refused any more. */
async function withFormerEntry(
  workplace: Workplace,
  revert: Revert,
  { restoreSha, refusedSha }: NonNullable<Revert['edit']>,
  { source, entry }: Holder,
  policies: PolicySet,
): Promise<string | undefined> {
  const [former, refused] = await Promise.all(
    [restoreSha, refusedSha].map(async (commit) => (await readHolders(workplace, commit, policies))(revert)),
  );
  if (!former || !refused || !sameMeaning(entry, refused.entry)) return undefined;
  return putBack(source.text, former.source.text, revert.key, policies.templates);
}
