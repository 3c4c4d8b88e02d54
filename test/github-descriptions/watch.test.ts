import { expect, test } from 'vitest';
import { exchanges } from '../../src/sandbox/routes/observed.ts';
import { sentWebhooks } from '../../src/sandbox/webhooks/publishing.ts';
import { exceptions, isExcepted } from './exceptions.ts';
import { mismatchReport } from './watch.ts';

// The setup of every test file has its ear on the channels, here too: what is found is taken before it would fail the test.

test('a broken webhook is found, and told once', () => {
  sentWebhooks.publish({ event: 'membership', action: 'added', payload: { action: 'added', scope: 'moon' } });
  expect(mismatchReport()).toContain(
    'membership.added /scope must be equal to one of the allowed values: ["team"]',
  );
  expect(mismatchReport()).toBeUndefined();
});

test('a broken answer is found', () => {
  exchanges.publish({
    method: 'GET',
    route: '/users/:login',
    url: 'http://127.0.0.1:1/users/mona',
    by: 'user',
    requestBody: '',
    status: 200,
    contentType: 'application/json',
    responseBody: '{"login":1}',
  });
  expect(mismatchReport()).toContain('GET /users/{username} 200');
});

test('a check that breaks is found, too', () => {
  exchanges.publish({ method: 'GET', route: '/user', url: 'nowhere', status: 200 });
  expect(mismatchReport()).toContain('the check itself');
});

test('a webhook that came after the extract says what to do', () => {
  sentWebhooks.publish({ event: 'moon', action: 'landed', payload: {} });
  expect(mismatchReport()).toContain('moon.landed  is not in the extract: run npm run schemas');
});

test('every exception has a reason, and lets pass nothing but its own', () => {
  expect(exceptions.filter(({ reason }) => reason.length < 20)).toEqual([]);
  const merged = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge';
  const unknown = { at: `${merged} 405`, pointer: '/status', what: 'is not in the description' };
  expect(isExcepted(unknown)).toBe(true);
  expect(isExcepted({ ...unknown, at: `${merged} 200` })).toBe(false);
  expect(isExcepted({ ...unknown, pointer: '/message' })).toBe(false);
  expect(isExcepted({ ...unknown, what: 'must be string' })).toBe(false);
});
