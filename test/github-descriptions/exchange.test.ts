import { expect, test } from 'vitest';
import type { Exchange } from '../../src/sandbox/routes/observed.ts';
import { mismatchesOf } from './exchange.ts';

const branch = { name: 'main', commit: { sha: 'a'.repeat(40), url: 'http://127.0.0.1/c' }, protected: false };

const listed: Exchange = {
  method: 'GET',
  route: '/repos/:owner/:repo/branches',
  url: 'http://127.0.0.1:1/repos/acme/access/branches?per_page=100',
  by: 'user',
  requestBody: '',
  status: 200,
  contentType: 'application/json; charset=utf-8',
  responseBody: JSON.stringify([branch]),
};
const merge: Exchange = {
  ...listed,
  method: 'PUT',
  route: '/repos/:owner/:repo/pulls/:number/merge',
  url: 'http://127.0.0.1:1/repos/acme/access/pulls/7/merge',
  requestBody: JSON.stringify({ merge_method: 'squash', sha: 'b'.repeat(40) }),
  responseBody: JSON.stringify({ sha: 'c'.repeat(40), merged: true, message: 'merged' }),
};

test('what is as GitHub describes it passes', () => {
  expect(mismatchesOf(listed, true)).toEqual([]);
  expect(mismatchesOf(merge, true)).toEqual([]);
});

const body = (value: unknown) => ({ responseBody: JSON.stringify(value) });
const asked = (value: unknown) => ({ requestBody: JSON.stringify(value) });

test.each<[what: string, exchange: Exchange, change: Partial<Exchange>, mismatch: string]>([
  ['a field is missing', listed, body([{ ...branch, name: undefined }]), '200 /0/name is missing'],
  ['a field has another type', listed, body([{ ...branch, name: 1 }]), '200 /0/name must be string'],
  [
    'null where none may be',
    listed,
    body([{ ...branch, protected: null }]),
    '200 /0/protected must be boolean',
  ],
  [
    'a field that nobody knows',
    listed,
    body([branch, { ...branch, tint: '' }]),
    '200 /*/tint is not in the description',
  ],
  ['no list', listed, body(branch), '200  must be array'],
  ['no body', listed, { responseBody: '' }, '200  has no body'],
  ['a status of its own', listed, { status: 418 }, '418  the description has no status 418'],
  ['an error of its own', merge, { status: 409, ...body({ message: 1 }) }, '409 /message must be string'],
  ['the sandbox broke', listed, { status: 500, responseBody: '{}' }, '500  {}'],
  [
    'an unknown parameter',
    listed,
    { url: `${listed.url}&colour=red` },
    'request ?colour is not in the description',
  ],
  [
    'a parameter of another type',
    listed,
    { url: `${listed.url}0.5` },
    'request ?per_page must be integer: 1000.5',
  ],
  [
    'a place in the path',
    merge,
    { url: merge.url.replace('/7/', '/x/') },
    'request {pull_number} must be integer: x',
  ],
  [
    'a field of the request',
    merge,
    asked({ merge_method: 'octopus' }),
    'request /merge_method must be equal to',
  ],
  [
    'an unknown field of the request',
    merge,
    asked({ method: 'squash' }),
    'request /method is not in the description',
  ],
])('%s: told', (_, exchange, change, mismatch) => {
  const told = mismatchesOf({ ...exchange, ...change }, true).map(
    ({ at, pointer, what }) => `${at} ${pointer} ${what}`,
  );
  expect(told).toEqual([expect.stringContaining(mismatch)]);
});

test('a request that was refused as wrong counts only where nobody is wrong on purpose', () => {
  const refused = {
    ...merge,
    ...asked({ merge_method: 1 }),
    status: 422,
    ...body({ message: 'No', documentation_url: '' }),
  };
  expect(mismatchesOf(refused, true)).toHaveLength(1);
  expect(mismatchesOf(refused, false)).toEqual([]);
});

test('a route that came after the extract says what to do', () => {
  const told = mismatchesOf({ ...listed, route: '/repos/:owner/:repo/moons' }, true);
  expect(told.map(({ what }) => what)).toEqual(['is not in the extract: run npm run schemas']);
});
