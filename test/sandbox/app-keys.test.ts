import { expect, test } from 'vitest';
import { prepareAppKeys, takeAppKeys } from '../../src/sandbox/app-keys.ts';

test('no key is given away twice, however many ask at once', async () => {
  prepareAppKeys();
  const pairs = await Promise.all([takeAppKeys(), takeAppKeys(), takeAppKeys()]);
  const keys = pairs.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }));
  expect(new Set(keys).size).toBe(3);
  expect(pairs[0]?.privateKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
});
