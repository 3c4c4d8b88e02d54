import { describe, expect, test } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { grantComment, refusalComment } from '../../src/messages/grant-comment.ts';
import { revertText, type RevertSubject } from '../../src/messages/revert-pull.ts';
import { hour, nine, sampleGrant } from '../database/sample-grant.ts';

const grant = (different: Partial<Grant>): Grant => ({ ...sampleGrant(), id: '0190e2a4', ...different });

describe('the comment on grants says', () => {
  const revoked = { state: 'revoked', revokedAt: nine + 4 * hour } as const;

  test.each<[name: string, grants: Partial<Grant>[]]>([
    ['scheduled', [{ state: 'scheduled' }]],
    ['granting', [{ state: 'granting' }]],
    ['active', [{ state: 'active', grantedAt: nine }]],
    ['revoking', [{ state: 'revoking' }]],
    ['refused', [{ state: 'refused' }]],
    ['expired', [{ ...revoked, endedBecause: 'expired' }]],
    ['returned', [{ ...revoked, endedBecause: 'returned' }]],
    ['never-granted', [{ ...revoked, endedBecause: 'never-granted' }]],
    [
      'several',
      [
        { state: 'active' },
        { principal: { kind: 'team', id: 9, name: 'engineering' }, state: 'refused' },
        { principal: { kind: 'service_account', id: null, name: 'deploy-bot' }, identity: 'a|b', ...revoked },
      ],
    ],
  ])('%s', async (name, grants) => {
    await expect(`${grantComment(grants.map(grant))}\n`).toMatchFileSnapshot(
      `golden/grant-comment/${name}.md`,
    );
  });
});

test('the comment on refusals says what was refused and why', async () => {
  const subjects = [
    'mona gets nothing: admin on orders-db was refused, since it was merged without the approval of @acme/data-owners',
    'hubot gets nothing: read-only on orders-db was refused, since no merged pull request asked for exactly this',
  ];
  await expect(`${refusalComment(subjects)}\n`).toMatchFileSnapshot('golden/refusal-comment.md');
});

describe('a revert pull request says', () => {
  const subject: RevertSubject = {
    key: 'user:mona orders-db:read-only',
    file: 'access-requests.yaml',
    reason: 'Its time is up.',
    sourcePull: 7,
    isEdit: false,
    record: 'records/2026/11/23/000000007-grant-decided.json',
    grant: grant({ state: 'revoked', revokedAt: nine + 4 * hour, endedBecause: 'expired' }),
  };

  test.each<[name: string, subject: RevertSubject]>([
    ['expired', subject],
    [
      'edit-refused',
      {
        ...subject,
        reason: 'Nothing was granted: it was merged without the approval of @acme/data-owners.',
        grant: null,
        record: null,
        isEdit: true,
      },
    ],
    [
      'refused',
      {
        ...subject,
        reason: 'Nothing was granted: it was merged without the approval of @acme/data-owners.',
        grant: null,
        record: null,
      },
    ],
    [
      'direct-push',
      {
        ...subject,
        reason: 'Nothing was granted: no merged pull request asked for exactly this.',
        sourcePull: null,
        grant: null,
        record: null,
      },
    ],
    [
      'target-refused',
      {
        ...subject,
        reason: 'The target refused it: there is no role `mona_h`.',
        grant: grant({ state: 'refused' }),
      },
    ],
    [
      'never-granted',
      {
        ...subject,
        grant: grant({ state: 'revoked', revokedAt: nine + 4 * hour, endedBecause: 'never-granted' }),
      },
    ],
  ])('%s', async (name, given) => {
    await expect(wordsOf([given])).toMatchFileSnapshot(`golden/revert-pull/${name}.md`);
  });

  test('what it takes the place of', async () => {
    await expect(wordsOf([subject], 9)).toMatchFileSnapshot('golden/revert-pull/closed-before.md');
  });

  test('each of many entries, as far as there is room', async () => {
    const other = { key: 'team:engineering orders-db:admin', file: 'b.yaml', grant: null, record: null };
    const both = [subject, { ...subject, ...other, sourcePull: null }];
    await expect(wordsOf(both)).toMatchFileSnapshot('golden/revert-pull/many.md');
    const { body, commitMessage } = revertText(
      Array.from({ length: 102 }, () => subject),
      null,
    );
    expect(body.match(/^- mona's /gm)).toHaveLength(100);
    expect(body).toContain('\n- And 2 more, which the commit names.\n');
    expect(commitMessage.match(/^Countersign-Grant: /gm)).toHaveLength(102);
  });

  function wordsOf(subjects: readonly RevertSubject[], replaces: number | null = null): string {
    const { title, body, commitMessage } = revertText(subjects, replaces);
    return `# ${title}\n\n${body}\n\n---\n\n${commitMessage}\n`;
  }
});
