import type { Bench } from './command.ts';
import { callTable } from './pipeline/calls.ts';
import { massExpiryFigures } from './pipeline/mass-expiry.ts';
import { intakeFigures } from './pipeline/intake.ts';
import { lifeFigures } from './pipeline/life.ts';
import { waitingFigures } from './pipeline/waiting.ts';

/** What the app makes of webhooks and of time, on a PostgreSQL server, as a process of its own. */
export const pipelineBench: Bench = {
  name: 'pipeline',
  about: 'the app itself: webhooks taken in, the steps of a request, expiry; needs a PostgreSQL',
  parts: [
    { name: 'intake', run: intakeFigures },
    { name: 'life', run: lifeFigures },
    { name: 'mass-expiry', run: massExpiryFigures },
    { name: 'waiting', run: waitingFigures },
    { name: 'calls', run: callTable },
  ],
};
