import type { Bench } from './command.ts';
import { callFigures } from './sandbox/calls.ts';
import { mergeFigures } from './sandbox/merges.ts';
import { startFigures } from './sandbox/starts.ts';
import { webhookFigures } from './sandbox/webhooks.ts';

/** What the sandbox itself costs, so that figures of the app on it can be read net of it. */
export const sandboxBench: Bench = {
  name: 'sandbox',
  about: 'the GitHub on this machine: its start, typical calls, merges, webhooks, memory',
  parts: [
    { name: 'starts', run: startFigures },
    { name: 'typical-calls', run: callFigures },
    { name: 'merges', run: mergeFigures },
    { name: 'webhooks', run: webhookFigures },
  ],
};
