import { exchanges, type Exchange } from '../../src/sandbox/routes/observed.ts';
import { sentWebhooks, type SentWebhook } from '../../src/sandbox/webhooks/publishing.ts';
import { isExcepted } from './exceptions.ts';
import { mismatchesOf, type Mismatch } from './exchange.ts';
import { webhookMismatches } from './webhook.ts';

const MOST_TOLD = 12;

const found = new Map<string, Mismatch>();
let strict = (): boolean => true;
let listening = false;

/** Looks on from now on, in this process; `isStrict` says whether requests that the sandbox refuses are checked too. */
export function listen(isStrict: () => boolean): void {
  strict = isStrict;
  if (listening) return;
  listening = true;
  exchanges.subscribe((exchange) => note(() => mismatchesOf(exchange as Exchange, strict())));
  sentWebhooks.subscribe((webhook) => note(() => webhookMismatches(webhook as SentWebhook)));
}

/** What was found since the last report, as one text; undefined where nothing was. */
export function mismatchReport(): string | undefined {
  const mismatches = [...found.values()];
  found.clear();
  if (mismatches.length === 0) return undefined;
  const lines = mismatches.slice(0, MOST_TOLD).map(({ at, pointer, what }) => `  ${at} ${pointer} ${what}`);
  const more = mismatches.length - lines.length;
  return [
    'The sandbox, or what was asked of it, is not as GitHub describes it:',
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

/** A check that fails itself must show, too: whoever publishes on a channel does not hear of it. */
function note(check: () => Mismatch[]): void {
  for (const mismatch of attempt(check))
    if (!isExcepted(mismatch)) found.set(`${mismatch.at} ${mismatch.pointer}`, mismatch);
}

function attempt(check: () => Mismatch[]): Mismatch[] {
  try {
    return check();
  } catch (error) {
    return [{ at: 'the check itself', pointer: '', what: String(error) }];
  }
}
