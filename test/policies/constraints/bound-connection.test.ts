import { expect, test } from 'vitest';
import { codesAt, decide, entryText, resourceText } from '../acme.ts';

const bound = (name: string, connector: string, ...entitlements: string[]) => ({
  connections: new Map([[name, { connector, entitlements }]]),
});

test.each([
  ['bound', bound('db', 'database', 'read*'), []],
  ['one of several globs', bound('db', 'database', 'x', '*er'), []],
  ['not bound', bound('other', 'database', '*'), ['3:15 connection-not-bound']],
  ['bound to another kind of target', bound('db', 'team', '*'), ['3:15 connection-not-bound']],
  [
    'an entitlement that is not allowed',
    bound('db', 'database', 'read', 'ader', 'r.*r'),
    ['4:11 entitlement-not-allowed'],
  ],
  ['nothing allowed', bound('db', 'database'), ['4:11 entitlement-not-allowed']],
  ['not known', { connections: null }, []],
])('%s', (_, context, expected) => {
  const text = entryText('user: mona', 'resource: db', 'role: ro');
  expect(codesAt(decide({ 'resources/db.yaml': resourceText() }, text, context).violations)).toEqual(
    expected,
  );
});
