import type { SentWebhook } from '../../src/sandbox/webhooks/publishing.ts';
import { mismatchesAt, type Mismatch } from './exchange.ts';
import { exampleProblems } from './examples.ts';
import { committedExtract } from './extract-file.ts';
import type { Json } from './json-schema.ts';
import { problemsOf } from './validation.ts';

/** In what a webhook differs from GitHub's description of it. */
export function webhookMismatches({ event, action, payload }: SentWebhook): Mismatch[] {
  const name = action === null ? event : `${event}.${action}`;
  const schema = committedExtract().webhooks[name];
  if (!schema) return [{ at: name, pointer: '', what: 'is not in the extract: run npm run schemas' }];
  // As it goes over the wire: without what is undefined.
  const sent = JSON.parse(JSON.stringify(payload)) as Json;
  return mismatchesAt(name, [...problemsOf(schema, sent), ...exampleProblems(event, action, sent)]);
}
