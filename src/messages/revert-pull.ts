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
  /** Whether it is an edit that is undone, and not the entry. */
  readonly isEdit: boolean;
  /** The pull request for the same that somebody closed; `null`: none. */
  readonly replaces: number | null;
}

export interface RevertText {
  readonly title: string;
  readonly body: string;
  readonly commitMessage: string;
}

/** The revert pull request's words, and its commit's, whose trailers name the grant and where it came from. */
export function revertText(subject: RevertSubject): RevertText {
  const { key, file, reason, sourcePull, grant, isEdit, replaces } = subject;
  const [principal = '', access = ''] = key.replace(/^\w+:/, '').split(' ');
  const [resource = '', role = ''] = access.split(':');
  const title = isEdit
    ? `Put back ${principal}'s ${role} on ${resource} as it was: the edit was not approved`
    : `Take out ${principal}'s ${role} on ${resource}: ${outcome(grant)}`;
  const source = sourcePull === null ? 'a commit without a pull request' : `#${sourcePull}`;
  const trailers = [
    `Countersign-Request: ${key}`,
    ...(grant ? [`Countersign-Grant: ${grant.id}`] : []),
    ...(sourcePull === null ? [] : [`Countersign-Source: #${sourcePull}`]),
  ];
  return {
    title,
    body: [
      ...(replaces === null
        ? []
        : [
            `#${replaces} was closed while there still was something to undo: this pull request takes its place.`,
          ]),
      ...(isEdit
        ? [
            `${prose(reason)} This pull request puts exactly that entry of ${quoted(file)} back to what it said before, and keeps every other byte.`,
            `What was approved stays in force as it was. The edit came from ${source}.`,
            'To ask for the change again, open a new pull request that makes it.',
          ]
        : [
            `${prose(reason)} This pull request takes exactly that entry out of ${quoted(file)} and keeps every other byte.`,
            `${whatBecame(grant)} The entry came from ${source}.`,
            'To ask again, open a new pull request that adds the entry.',
          ]),
    ].join('\n\n'),
    commitMessage: `${title}\n\n${reason}\n\n${trailers.join('\n')}`,
  };
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
