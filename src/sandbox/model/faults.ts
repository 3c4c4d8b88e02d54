/** What may go wrong with a request. `done`: the change was made, and only its answer is lost. */
export type RequestFault =
  | { kind: 'server-error'; status: 500 | 502 | 503; done: boolean }
  | { kind: 'primary-limit' | 'secondary-limit'; status: 403 | 429; retryAfter: number }
  | { kind: 'slow'; ms: number }
  | { kind: 'cut'; done: boolean };

/** What may go wrong with a webhook: never sent, sent twice under one GUID, sent late, sent after the next one. */
export type WebhookFault = { kind: 'lost' | 'repeated' | 'overtaken' } | { kind: 'delayed'; ms: number };

/** A fault at a place of its own: from the nth match on (1), as many times as it says (1). */
export interface Scripted<Fault> {
  /** Held against `PUT /repos/acme/access/pulls/1/merge`, or `pull_request.opened`. */
  at: RegExp;
  nth?: number;
  times?: number;
  fault: Fault;
}

/** What goes wrong. The same seed gives the same faults to the same sequence of requests and of webhooks. */
export interface FaultPlan {
  seed?: number;
  /** Shares of all requests, or all webhooks, from 0 to 1. */
  rates?: Partial<Record<RequestFault['kind'] | WebhookFault['kind'], number>>;
  requests?: readonly Scripted<RequestFault>[];
  webhooks?: readonly Scripted<WebhookFault>[];
  /** Whose requests: apps' alone unless told. */
  to?: 'apps' | 'everybody';
}

/** One fault that struck, and what it struck: as scripts name it. */
export interface StruckFault {
  at: string;
  kind: RequestFault['kind'] | WebhookFault['kind'];
}

/** Decides what goes wrong: nothing until there is a plan. */
export interface Faults {
  /** Begins a plan, or ends it (null). The list fills as faults strike. */
  plan(plan: FaultPlan | null): readonly StruckFault[];
  atRequest(request: string, byApp: boolean): RequestFault | undefined;
  atWebhook(name: string): WebhookFault | undefined;
}

export function openFaults(): Faults {
  let current: ReturnType<typeof begin> | undefined;
  return {
    plan(plan) {
      current = plan ? begin(plan) : undefined;
      return current?.struck ?? [];
    },
    atRequest: (request, byApp) =>
      byApp || current?.to === 'everybody' ? current?.atRequest(request) : undefined,
    atWebhook: (name) => current?.atWebhook(name),
  };
}

function begin({ seed = 1, rates = {}, requests = [], webhooks = [], to = 'apps' }: FaultPlan) {
  const struck: StruckFault[] = [];
  // Dice of their own: how many webhooks there were changes nothing for the requests.
  const [requestDice, webhookDice] = [dice(seed), dice(seed + 1)];
  return {
    to,
    struck,
    atRequest: chooser(requests, () => rolledRequestFault(rates, requestDice), struck),
    atWebhook: chooser(webhooks, () => rolledWebhookFault(rates, webhookDice), struck),
  };
}

/** What the script says, and otherwise what the dice say. */
function chooser<Fault extends RequestFault | WebhookFault>(
  script: readonly Scripted<Fault>[],
  roll: () => Fault | undefined,
  struck: StruckFault[],
): (at: string) => Fault | undefined {
  const seen = new Map<Scripted<Fault>, number>();
  return (at) => {
    const rolled = roll();
    const matching = script.filter((line) => line.at.test(at));
    for (const line of matching) seen.set(line, (seen.get(line) ?? 0) + 1);
    const due = matching.find((line) => {
      const { nth = 1, times = 1 } = line;
      const count = seen.get(line) ?? 0;
      return count >= nth && count < nth + times;
    });
    const fault = due?.fault ?? rolled;
    if (fault) struck.push({ at, kind: fault.kind });
    return fault;
  };
}

type Rates = NonNullable<FaultPlan['rates']>;
type Dice = () => number;

function rolledRequestFault(rates: Rates, roll: Dice): RequestFault | undefined {
  // As many rolls whatever comes out: one fault more does not change all that follow.
  const [which, detail, half] = [roll(), roll(), roll() < 0.5];
  const status = half ? 403 : 429;
  const kind = pick(which, rates, ['server-error', 'primary-limit', 'secondary-limit', 'slow', 'cut']);
  switch (kind) {
    case 'server-error':
      return { kind, status: ([500, 502, 503] as const)[Math.floor(detail * 3)] ?? 500, done: half };
    case 'primary-limit':
    case 'secondary-limit':
      return { kind, status, retryAfter: 1 };
    case 'slow':
      return { kind, ms: 50 + Math.floor(detail * 450) };
    case 'cut':
      return { kind, done: half };
    case undefined:
    default:
      return undefined;
  }
}

function rolledWebhookFault(rates: Rates, roll: Dice): WebhookFault | undefined {
  const [which, detail] = [roll(), roll()];
  const kind = pick(which, rates, ['lost', 'repeated', 'delayed', 'overtaken']);
  if (kind === undefined) return undefined;
  return kind === 'delayed' ? { kind, ms: 50 + Math.floor(detail * 450) } : { kind };
}

/** The kind in whose share a roll falls. */
function pick<Kind extends keyof Rates>(
  roll: number,
  rates: Rates,
  kinds: readonly Kind[],
): Kind | undefined {
  let upTo = 0;
  return kinds.find((kind) => {
    upTo += rates[kind] ?? 0;
    return roll < upTo;
  });
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
