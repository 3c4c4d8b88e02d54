import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const makeKeyPair = promisify(generateKeyPair);

/** On their way or ready; none is given away twice. */
const spare = new Set<Promise<KeyPair>>();

/**
 * Sets about making keys, in threads beside whatever else a start does. A key of 2,048 bits takes 30 to 200 ms, as luck has it:
 * the luckier of two is used, and the other is the spare of the next start.
 */
export function prepareAppKeys(): void {
  while (spare.size < 2) spare.add(makeKeyPair('rsa', { modulusLength: 2048 }));
}

/** An RSA key that nobody else has, of the size that GitHub gives apps. */
export async function takeAppKeys(): Promise<KeyPair> {
  if (spare.size === 0) prepareAppKeys();
  const { made, pair } = await Promise.race([...spare].map(async (one) => ({ made: one, pair: await one })));
  // Somebody else may have been as fast.
  return spare.delete(made) ? pair : takeAppKeys();
}
