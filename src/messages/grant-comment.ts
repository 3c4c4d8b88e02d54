import type { Grant } from '../grants/grant.ts';
import { moment, principalText, prose, quoted, table } from './markdown.ts';

/** What a pull request is told about the grants that it led to: what was granted, when it ends, how to extend it or give it back. */
export function grantComment(grants: readonly Grant[]): string {
  const rows = grants.map((grant) => [
    principalText(grant.principal),
    `${grant.role} on ${grant.resource}`,
    quoted(grant.identity),
    stateText(grant),
  ]);
  const running = grants.some(
    ({ state }) => state === 'active' || state === 'scheduled' || state === 'granting',
  );
  const help =
    "To extend it, edit its `duration` or `until` in a pull request before it ends. To give it back early, take the entry out: that needs nobody's approval.";
  return [table(['Who', 'Access', 'As', 'State'], rows), ...(running ? [help] : [])].join('\n\n');
}

/** What a pull request is told when an entry that it brought was granted nothing. */
export function refusalComment(subjects: readonly string[]): string {
  return `**Nothing was granted.**\n\n${subjects.map((subject) => `- ${prose(subject)}`).join('\n')}\n\nWhat was added is taken out again by a pull request that follows.`;
}

function stateText({ state, startsAt, expiresAt, revokedAt, endedBecause }: Grant): string {
  switch (state) {
    case 'scheduled':
      return `from ${moment(startsAt)} until ${moment(expiresAt)}`;
    case 'granting':
      return `being given, until ${moment(expiresAt)}`;
    case 'active':
      return `granted, until ${moment(expiresAt)}`;
    case 'revoking':
      return 'being taken back';
    case 'refused':
      return 'refused by the target: nothing was given';
    case 'revoked': {
      const why = {
        expired: 'its time was up',
        returned: 'it was given back',
        left: 'who held it left',
        'never-granted': 'it was never given',
      };
      return `ended ${moment(revokedAt ?? expiresAt)}: ${why[endedBecause ?? 'expired']}`;
    }
  }
}
