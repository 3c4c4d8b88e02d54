import { exchanges, type Exchange } from '../../src/sandbox/routes/observed.ts';

const said: string[] = [];
const secrets = new Set<string>();
let listening = false;

/** Hears from now on what this process prints, and what is written onto its sandboxes. */
export function listen(): void {
  if (listening) return;
  listening = true;
  exchanges.subscribe((exchange) => {
    const { method, url, requestBody } = exchange as Exchange;
    hear(`${method} ${url} ${requestBody}`);
  });
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: [text: unknown, ...rest: unknown[]]) => {
      hear(String(args[0]));
      return write(...args);
    };
  }
}

/** Something was said that others may read: in a log, on a terminal, on GitHub. */
export function hear(text: string): void {
  said.push(text);
}

/** What the app was told and may not say: keys, of which each line is one, URLs, whose passwords are, and whatever else as it is. */
export function toldInConfidence(told: readonly string[]): void {
  for (const secret of told.flatMap(secretsIn)) secrets.add(secret);
}

/** The secrets that were said since the last report, and what looks like one, as one text; undefined where nothing was. */
export function leakReport(): string | undefined {
  const text = said.splice(0).join('\n');
  const known = [...secrets].flatMap((secret) => [secret, encodeURIComponent(secret)]);
  secrets.clear();
  const leaks = [...known.filter((secret) => text.includes(secret)), ...(text.match(lookAlikes) ?? [])];
  if (leaks.length === 0) return undefined;
  const shown = [...new Set(leaks)].slice(0, mostShown).map((leak) => {
    const at = text.indexOf(leak);
    return `  ${leak} in … ${text.slice(Math.max(0, at - 200), at + leak.length + 100)} …`;
  });
  return ['A secret was said:', ...shown].join('\n');
}

const mostShown = 5;

/** The app's tokens, JWTs and keys. People's tokens are the sandbox's to tell, and the app never has one. */
const lookAlikes = /\bghs_\w{16}|\beyJ[\w-]+\.eyJ|-----BEGIN[A-Z ]* PRIVATE KEY/g;

function secretsIn(told: string): string[] {
  if (told.includes('PRIVATE KEY'))
    return told.split(/\\n|\r?\n/).filter((line) => /^[A-Za-z\d+/=]{16,}$/.test(line));
  if (!URL.canParse(told)) return [told];
  const { password } = new URL(told);
  return password === '' ? [] : [password, decodeURIComponent(password)];
}
