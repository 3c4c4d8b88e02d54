import type { Grant } from '../grants/grant.ts';
import { moment, prose, quoted } from './markdown.ts';

/** What a revert pull request takes out, and why. */
export interface RevertSubject {
  /** `user:mona orders-db:read-only`. */
  readonly key: string;
  readonly file: string;
  readonly reason: string;
  /** The pull request that asked for it; `null` where none did. */
  readonly sourcePull: number | null;
  /** `null` where nothing was ever granted. */
  readonly grant: Grant | null;
  /** Where the decision to grant it is recorded, or will be within a minute; `null`: nothing was granted. */
  readonly record: string | null;
  /** Whether it is an edit that is undone, and not the entry. */
  readonly isEdit: boolean;
}

export interface RevertText {
  readonly title: string;
  readonly body: string;
  readonly commitMessage: string;
}

/**
 * The words of the pull request that undoes these, and of its commit, whose trailers name each grant and where it came from. `replaces`: the pull
 * request for the same that somebody closed.
 */
export function revertText(subjects: readonly RevertSubject[], replaces: number | null): RevertText {
  const [first, ...more] = subjects;
  if (!first) throw new Error('a revert pull request undoes something');
  const { title, reason, body } = more.length > 0 ? many(subjects) : one(first);
  const again = `#${replaces} was closed while there still was something to undo: this pull request takes its place.`;
  return {
    title,
    body: [...(replaces === null ? [] : [again]), ...body].join('\n\n'),
    commitMessage: `${title}\n\n${reason}\n\n${subjects.flatMap(trailers).join('\n')}`,
  };
}

interface Words {
  readonly title: string;
  readonly reason: string;
  /** In paragraphs. */
  readonly body: readonly string[];
}

function one({ key, file, reason, sourcePull, grant, isEdit }: RevertSubject): Words {
  const source = sourceOf(sourcePull);
  if (isEdit)
    return {
      title: `Put back ${accessOf(key)} as it was: the edit was not approved`,
      reason,
      body: [
        `${prose(reason)} This pull request puts exactly that entry of ${quoted(file)} back to what it said before, and keeps every other byte.`,
        `What was approved stays in force as it was. The edit came from ${source}.`,
        'To ask for the change again, open a new pull request that makes it.',
      ],
    };
  return {
    title: `Take out ${accessOf(key)}: ${outcome(grant)}`,
    reason,
    body: [
      `${prose(reason)} This pull request takes exactly that entry out of ${quoted(file)} and keeps every other byte.`,
      `${whatBecame(grant)} The entry came from ${source}.`,
      'To ask again, open a new pull request that adds the entry.',
    ],
  };
}

/** So many entries are listed; the commit names all. */
const listedAtMost = 100;

function many(subjects: readonly RevertSubject[]): Words {
  const title = `Take out ${subjects.length} entries that nothing is granted for`;
  const lines = subjects
    .slice(0, listedAtMost)
    .map(
      ({ key, file, sourcePull, grant }) =>
        `- ${accessOf(key)}, out of ${quoted(file)}: ${outcome(grant)}. It came from ${sourceOf(sourcePull)}.`,
    );
  const others = subjects.length - lines.length;
  return {
    title,
    reason: 'They ended, or were never granted.',
    body: [
      'This pull request takes exactly these entries out and keeps every other byte.',
      [...lines, ...(others > 0 ? [`- And ${others} more, which the commit names.`] : [])].join('\n'),
      'What was given has been taken back already: nothing waits for this pull request. To ask again, open a new pull request that adds the entry.',
    ],
  };
}

function trailers({ key, grant, record, sourcePull }: RevertSubject): string[] {
  return [
    `Countersign-Request: ${key}`,
    ...(grant ? [`Countersign-Grant: ${grant.id}`] : []),
    ...(record === null ? [] : [`Countersign-Record: ${record}`]),
    ...(sourcePull === null ? [] : [`Countersign-Source: #${sourcePull}`]),
  ];
}

/** mona's read-only on orders-db. */
function accessOf(key: string): string {
  const [principal = '', access = ''] = key.replace(/^\w+:/, '').split(' ');
  const [resource = '', role = ''] = access.split(':');
  return `${principal}'s ${role} on ${resource}`;
}

function sourceOf(pull: number | null): string {
  return pull === null ? 'a commit without a pull request' : `#${pull}`;
}

function outcome(grant: Grant | null): string {
  if (!grant) return 'it was not approved';
  if (grant.state === 'refused') return 'the target refused it';
  return grant.endedBecause === 'never-granted' ? 'it was never given' : 'it ended';
}

function whatBecame(grant: Grant | null): string {
  if (!grant || grant.state === 'refused' || grant.endedBecause === 'never-granted')
    return 'No access was given.';
  const when = grant.revokedAt === null ? '' : `, at ${moment(grant.revokedAt)}`;
  return `The access has been taken back already${when}: nothing waits for this pull request.`;
}
