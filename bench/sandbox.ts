import type { Bench } from './command.ts';
import { callFigures } from './sandbox/calls.ts';
import { mergeFigures } from './sandbox/merges.ts';
import { startFigures } from './sandbox/starts.ts';
import { webhookFigures } from './sandbox/webhooks.ts';

/** What the sandbox itself costs, so that figures of the app on it can be read net of it. */
export const sandboxBench: Bench = {
  name: 'sandbox',
  about: 'the GitHub on this machine: its start, typical calls, merges, webhooks, memory',
  async run() {
    return [
      ...(await startFigures()),
      ...(await callFigures()),
      ...(await mergeFigures()),
      ...(await webhookFigures()),
    ];
  },
};
