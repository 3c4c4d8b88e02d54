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

/** A file of the tip of the default branch as it is to be. */
export interface MendedFile {
  readonly tip: string;
  readonly file: string;
  readonly text: string;
}

/**
 * The requests file that holds what a revert is to undo, without it; `null` where the tip does not hold it, or where it was granted anew. While
 * a file can't be read nobody knows: that throws.
 */
export async function mendedFile(
  { db }: Pick<Parts, 'db'>,
  workplace: Workplace,
  revert: Revert,
): Promise<MendedFile | null> {
  const { git, binding } = workplace;
  const { repositoryId, key } = revert;
  const [stored, tip] = await Promise.all([repositoryById(db, repositoryId), git.tip(binding.branch)]);
  if (!stored?.acceptedSha || tip === null) throw new Error('the branch has no accepted version');
  const { policies } = policiesOf(await readAccepted(git, stored.acceptedSha), connectorSchemas);
  const holder = await readHolder(workplace, revert, tip, policies);
  if (!holder) return null;
  const mended = revert.edit
    ? await withFormerEntry(workplace, revert, revert.edit, holder, policies)
    : (await isGranted(db, repositoryId, key))
      ? undefined
      : takeOut(holder.source.text, new Set([key]), policies.templates);
  return mended === undefined ? null : { tip, file: holder.source.path, text: mended };
}

/** Whether a grant of the entry is in force that is not merely waiting for a person to end it. */
async function isGranted(db: Queryable, repositoryId: number, key: RequestKey): Promise<boolean> {
  const inForce = (await grantsOfRequest(db, repositoryId, key)).filter(isInForce);
  if (inForce.length === 0) return false;
  const held = await heldRemovals(db, { repositoryId, because: 'returned' });
  return inForce.some(({ id }) => !held.some(({ grant }) => grant.id === id));
}

/** Whether a commit is exactly the tip with the file mended, and nothing else. */
export async function isMended(
  { git }: Workplace,
  { tip, file, text }: MendedFile,
  headSha: string,
): Promise<boolean> {
  const [{ parents }, head, standing] = await Promise.all([
    git.commit(headSha),
    git.tree(headSha),
    git.tree(tip),
  ]);
  const mended = { mode: '100644', sha: blobSha(text) };
  const isAsItShould = ({ path, sha, mode }: TreeFile) => {
    const expected = path === file ? mended : standing.get(path);
    return sha === expected?.sha && mode === expected.mode;
  };
  return parents.join() === tip && head.size === standing.size && [...head.values()].every(isAsItShould);
}

interface Holder {
  readonly source: SourceFile;
  readonly entry: ExpandedEntry;
}

/** The requests file of a commit that holds the entry: the one it stood in, or any other. */
async function readHolder(
  { git, binding }: Workplace,
  { key, file }: Revert,
  commit: string,
  policies: PolicySet,
): Promise<Holder | undefined> {
  const version = await readVersion(git, commit);
  const { entries, violations } = entriesOf(version, policies);
  const held = entries.filter((entry) => requestKey(entry) === key);
  const entry = held.find((each) => each.file === file) ?? held[0];
  if (!entry) return unlessUnreadable(violations, binding.branch, key);
  const source = version.requests.find(({ path }) => path === entry.file);
  return source && { source, entry };
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
    [restoreSha, refusedSha].map((commit) => readHolder(workplace, revert, commit, policies)),
  );
  if (!former || !refused || !sameMeaning(entry, refused.entry)) return undefined;
  return putBack(source.text, former.source.text, revert.key, policies.templates);
}
