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
}

export interface RevertText {
  readonly title: string;
  readonly body: string;
  readonly commitMessage: string;
}

/** The revert pull request's words, and its commit's, whose trailers name the grant and where it came from. */
export function revertText({ key, file, reason, sourcePull, grant }: RevertSubject): RevertText {
  const [principal = '', access = ''] = key.replace(/^\w+:/, '').split(' ');
  const [resource = '', role = ''] = access.split(':');
  const title = grant
    ? `Take out ${principal}'s ${role} on ${resource}: it ended`
    : `Take out ${principal}'s ${role} on ${resource}: it was not approved`;
  const source = sourcePull === null ? 'no pull request' : `#${sourcePull}`;
  const trailers = [
    `Countersign-Request: ${key}`,
    ...(grant ? [`Countersign-Grant: ${grant.id}`] : []),
    ...(sourcePull === null ? [] : [`Countersign-Source: #${sourcePull}`]),
  ];
  return {
    title,
    body: [
      `${prose(reason)} This pull request takes exactly that entry out of ${quoted(file)} and keeps every other byte.`,
      grant
        ? `The access has been taken back already${grant.revokedAt === null ? '' : `, at ${moment(grant.revokedAt)}`}: nothing waits for this pull request. It came from ${source}.`
        : `No access was given. The entry came from ${source}.`,
      'To ask again, open a new pull request that adds the entry.',
    ].join('\n\n'),
    commitMessage: `${title}\n\n${reason}\n\n${trailers.join('\n')}`,
  };
}
