import { requestKey, type ExpandedEntry, type RequestKey } from './access-request.ts';

/** What happened to one entry between two versions. An entry that moved to another file is a removal and an addition. */
export type EntryChange =
  | { readonly kind: 'added'; readonly key: RequestKey; readonly after: ExpandedEntry }
  | {
      readonly kind: 'changed';
      readonly key: RequestKey;
      readonly before: ExpandedEntry;
      readonly after: ExpandedEntry;
    }
  | { readonly kind: 'removed'; readonly key: RequestKey; readonly before: ExpandedEntry };

/** The values of an entry that matter: comments, quoting and `4h` for `240m` make no difference. */
function meaning({ request, resource, role, duration }: ExpandedEntry): string {
  const { principal, asks, until, starts, reason, ticket, emergency } = request;
  const template = 'template' in asks ? asks.template : undefined;
  return JSON.stringify([
    principal.kind,
    principal.name.toLowerCase(),
    resource,
    role,
    template,
    duration,
    until,
    starts,
    reason,
    ticket,
    emergency,
  ]);
}

function place(entry: ExpandedEntry): string {
  return `${requestKey(entry)} ${entry.file}`;
}

/** Whether two entries say the same. */
export function sameMeaning(a: ExpandedEntry, b: ExpandedEntry): boolean {
  return meaning(a) === meaning(b);
}

/** Whether two changes do the same to the same entry of the same file. */
export function sameChange(a: EntryChange, b: EntryChange): boolean {
  const [was, is] = [
    [a, b].map((change) => (change.kind === 'added' ? null : change.before)),
    [a, b].map((change) => (change.kind === 'removed' ? null : change.after)),
  ];
  return a.kind === b.kind && a.key === b.key && sameEntry(was) && sameEntry(is);
}

function sameEntry([a, b]: readonly (ExpandedEntry | null)[]): boolean {
  if (!a || !b) return a === b;
  return a.file === b.file && sameMeaning(a, b);
}

/**
 * What changed between two versions of all the requests files, sorted by key and file. Each version's entries are unique by
 * (file, key): duplicates were refused before.
 */
export function changeSet(before: readonly ExpandedEntry[], after: readonly ExpandedEntry[]): EntryChange[] {
  const old = new Map(before.map((entry) => [place(entry), entry]));
  const fresh = new Map(after.map((entry) => [place(entry), entry]));
  return [...new Set([...old.keys(), ...fresh.keys()])].toSorted().flatMap((id): EntryChange[] => {
    const was = old.get(id);
    const is = fresh.get(id);
    if (was && is)
      return sameMeaning(was, is) ? [] : [{ kind: 'changed', key: requestKey(is), before: was, after: is }];
    if (is) return [{ kind: 'added', key: requestKey(is), after: is }];
    return was ? [{ kind: 'removed', key: requestKey(was), before: was }] : [];
  });
}
