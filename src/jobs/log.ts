import { pino, type DestinationStream, type Logger } from 'pino';
import { currentTrace } from '../trace.ts';

/** A log of JSON lines, each with the trace that it was written under and without any secret. Goes to standard output unless told. */
export function openLog(level: string, secrets: readonly string[], to?: DestinationStream): Logger {
  const options = {
    level,
    mixin: () => ({ ...currentTrace() }),
    hooks: { streamWrite: redacting(secrets) },
  };
  return to ? pino(options, to) : pino(options);
}

const redacted = '[redacted]';

/** Takes secrets out of a line, however they came there: those that are known, as they are, in JSON and in URLs, and whatever looks like one. */
export function redacting(secrets: readonly string[]): (line: string) => string {
  const spellings = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
  // The longest first: one may be part of another.
  const known = [...new Set(spellings)].toSorted((a, b) => b.length - a.length);
  return (line) => {
    let clean = line;
    for (const secret of known) clean = clean.replaceAll(secret, redacted);
    for (const [pattern, replacement] of lookAlikes) clean = clean.replaceAll(pattern, replacement);
    return clean;
  };
}

/** GitHub's tokens (https://github.blog/engineering/behind-githubs-new-authentication-token-formats/), JWTs, keys, and passwords in URLs. */
const lookAlikes: readonly (readonly [RegExp, string])[] = [
  [/\b(?:gh[a-z]|github_pat)_\w{16,}/g, redacted],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, redacted],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/gs, redacted],
  [/\b([a-z][a-z\d+.-]*:\/\/[^\s:@/"]*):[^\s@/"]+@/gi, `$1:${redacted}@`],
];
