import { describe, expect, test } from 'vitest';
import { controlViolations, ownersFile } from '../../src/approvals/control-files.ts';
import { connectors } from '../policies/acme.ts';
import { file, outcome, policies, reads, root, type Scenario } from './scenario.ts';

describe('a control file', () => {
  const settings = 'access-policies/settings.yaml';
  const text = policies['access-policies/resources/orders-db.yaml'] ?? '';
  test.each<[string, Scenario, string]>([
    ['waits for its owners', { after: { [settings]: 'pending_for: 3d\n' } }, 'waiting for @sam'],
    ['is approved by one', { after: { [settings]: 'pending_for: 3d\n' }, approvedBy: ['sam'] }, 'approved'],
    [
      'is not by who owns requests alone',
      { after: { [settings]: 'pending_for: 3d\n' }, approvedBy: ['hubot'] },
      'waiting for @sam',
    ],
    [
      'is not by the owner that it names itself',
      { after: { CODEOWNERS: '* @eve\n' }, approvedBy: ['eve'] },
      'waiting for @sam',
    ],
    [
      'in a place that nobody owns is for nobody',
      { after: { '.github/CODEOWNERS': '* @eve\n' }, approvedBy: ['eve'] },
      'unowned-control-file',
    ],
    [
      'with violations is not allowed',
      { after: { [settings]: 'nonsense: 1\n' }, approvedBy: ['sam'] },
      'unknown-key',
    ],
    [
      'beside a request is mixed',
      { after: { [settings]: 'pending_for: 3d\n', [root]: file(reads('mona')) } },
      'mixed-change',
    ],
    [
      'does not allow what the accepted one forbids',
      {
        after: {
          'access-policies/resources/orders-db.yaml': text.replace('8h', '24h'),
          [root]: file(reads('mona', '20h')),
        },
      },
      'mixed-change, duration-too-long',
    ],
    [
      'that asks for itself automatically is not waived',
      { by: 'eve', after: { [settings]: 'pending_for: 3d\n' } },
      'waiting for @sam',
    ],
  ])('%s', (_, scenario, expected) => expect(outcome(scenario)).toBe(expected));
});

describe('of three CODEOWNERS files', () => {
  const [first, second, third] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;
  test.each<[string[], string | undefined]>([
    [[first, second, third], first],
    [[third, second, first], first],
    [[third, first], first],
    [[third, second], second],
    [[second], second],
    [[third], third],
    [['.github/codeowners', 'codeowners', 'access-policies/CODEOWNERS'], undefined],
    [[], undefined],
  ])('%j: %s counts', (paths, counts) => {
    expect(ownersFile(paths.map((path) => ({ path, text: '' })))?.path).toBe(counts);
  });
});

describe('a version of the control files', () => {
  const settings = { path: 'access-policies/settings.yaml', text: 'pending_for: 3d\n' };
  const owners = (text: string) => ({ path: 'CODEOWNERS', text });
  test.each<[string, { path: string; text: string }[], string[]]>([
    ['whose files all have owners is fine', [owners('* @sam\n'), settings], []],
    ['lacks a CODEOWNERS file', [settings], ['.github/CODEOWNERS:1 unowned-control-file']],
    [
      'has files that no line covers',
      [owners('/docs/ @sam\n'), settings],
      ['CODEOWNERS:1 unowned-control-file', 'access-policies/settings.yaml:1 unowned-control-file'],
    ],
    [
      'has a file whose owners a later line clears',
      [owners('* @sam\n/access-policies/settings.yaml\n'), settings],
      ['access-policies/settings.yaml:1 unowned-control-file'],
    ],
    [
      'has lines that GitHub skips, which is said',
      [owners('* @sam\n!/docs @sam\n/x @acme/\n'), settings],
      ['CODEOWNERS:2 unowned-control-file (warning)', 'CODEOWNERS:3 unowned-control-file (warning)'],
    ],
    [
      'has a first file that leaves everything to nobody, and shadows the other',
      [{ path: '.github/CODEOWNERS', text: '' }, owners('* @sam\n'), settings],
      [
        '.github/CODEOWNERS:1 unowned-control-file',
        'CODEOWNERS:1 unowned-control-file',
        'access-policies/settings.yaml:1 unowned-control-file',
      ],
    ],
  ])('%s', (_, files, found) => {
    const violations = controlViolations(files, connectors);
    expect(
      violations.map(
        ({ file: path, line, code, severity }) =>
          `${path}:${line} ${code}${severity === 'warning' ? ' (warning)' : ''}`,
      ),
    ).toEqual(found);
  });
});
