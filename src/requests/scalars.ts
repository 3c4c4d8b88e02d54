import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { parseInstant } from './instant.ts';
import type { ViolationCode } from './violation.ts';

/** What a schema says beyond zod's own words: the violation's code, and what to do. */
export interface Refusal {
  readonly code: ViolationCode;
  readonly remedy: string;
}

/** Text that `read` turns into a value, or into `undefined` where it is none of its kind. */
export function readAs<T>(read: (written: string) => T | undefined, what: string, refusal: Refusal) {
  return z.string().transform((written, context): T => {
    const value = read(written);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `\`${written}\` is not ${what}.`, params: { ...refusal } });
    return z.NEVER;
  });
}

function matching(pattern: RegExp, what: string, refusal: Refusal) {
  return readAs((written) => (pattern.test(written) ? written : undefined), what, refusal);
}

/** Resources, roles, templates, connections, service accounts. */
export const name = matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name', {
  code: 'invalid-name',
  remedy: 'Use at most 63 small letters, digits and hyphens, beginning with a letter or digit.',
});

/** A GitHub login; those of managed users end in an underscore and a short code. */
export const login = matching(/^[a-z0-9][a-z0-9_-]{0,38}$/i, 'a GitHub login', {
  code: 'invalid-name',
  remedy: 'Write the bare login, such as mona: no @, no name, no e-mail address.',
});

export const teamSlug = matching(/^[a-z0-9_][a-z0-9_-]{0,99}$/i, 'the slug of a team', {
  code: 'invalid-name',
  remedy: "Write the team's slug alone, such as on-call: no @ and no organization.",
});

export const duration = readAs(parseDuration, 'a duration', {
  code: 'invalid-duration',
  remedy: 'Write days, hours and minutes, such as 30m, 4h, 2d or 1d12h.',
});

export const instant = readAs(parseInstant, 'an instant', {
  code: 'invalid-instant',
  remedy: 'Write date, time and offset, such as 2026-11-23T18:00:00Z.',
});

/** Free text without the white space around it; `most` characters at most. */
export function text(most: number) {
  return z.string().trim().min(1).max(most);
}
