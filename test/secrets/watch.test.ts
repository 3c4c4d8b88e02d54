import { afterEach, describe, expect, test } from 'vitest';
import { privateKey } from '../environment.ts';
import { hear, leakReport, toldInConfidence } from './watch.ts';

// What these tests say is no leak.
afterEach(() => void leakReport());

describe('a secret that was said', () => {
  const [, line = ''] = privateKey.split('\n');
  test.each([
    ['as it was told', 'a-webhook-secret', 'the secret is a-webhook-secret!'],
    ['a line of a key', privateKey, `"key":"${line}"`],
    ['a line of a key that was told on one line', privateKey.replaceAll('\n', String.raw`\n`), line],
    ['the password of a URL', 'postgres://app:p%2Fss%20word@host/db', 'the password is p/ss word'],
    [
      'the password of a URL, in one',
      'postgres://app:p%2Fss%20word@host/db',
      'postgres://app:p%2Fss%20word@host',
    ],
    ["a token of the app's", 'another', 'token ghs_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['a JWT', 'another', 'bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.c2ln-_A'],
    ['a key', 'another', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('is found: %s', (_, told, said) => {
    toldInConfidence([told, 'a-second-secret']);
    hear('nothing');
    hear(said);
    expect(leakReport()).toContain(said);
    expect(leakReport()).toBeUndefined();
  });

  test('is found where the process prints it', () => {
    process.stderr.write('This looks like a JWT and is none: eyJ0.eyJ0\n');
    expect(leakReport()).toContain('eyJ0.eyJ0');
  });
});

test('nothing is found where none was said', () => {
  toldInConfidence([
    'a-webhook-secret',
    privateKey,
    'postgres://app@host/db',
    'postgres://app:hunter2@host/db',
  ]);
  hear('PRIVATE_KEY is missing: the private key of postgres://app@host/db, or gh_pages');
  expect(leakReport()).toBeUndefined();
});
