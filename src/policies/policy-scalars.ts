import { z } from 'zod';
import { readAs, text } from '../requests/scalars.ts';
import { conditionFault } from './condition-language.ts';
import { patternFault } from './pattern.ts';

const login = '[a-z0-9][a-z0-9_-]{0,38}';
const slug = '[a-z0-9_][a-z0-9_.-]{0,99}';
const name = '[a-z0-9][a-z0-9-]{0,62}';

function written(pattern: RegExp, what: string, remedy: string) {
  const refusal = { code: 'invalid-name', remedy } as const;
  return readAs((value) => (pattern.test(value) ? value : undefined), what, refusal);
}

/** `@login`, `@organization/team`, or `@organization` for its members, as CODEOWNERS writes them. */
export const party = written(
  new RegExp(`^@${login}(?:/${slug})?$`, 'i'),
  'a person or a team',
  'Write @login or @organization/team, in quotes, as in CODEOWNERS.',
);

/** Who may receive access: a party, or `service_account:NAME`. */
export const principal = written(
  new RegExp(`^(?:@${login}(?:/${slug})?|service_account:${name})$`, 'i'),
  'a person, a team or a service account',
  'Write "@login", "@organization/team" or "service_account:name".',
);

/** `resource:role`. */
export const roleReference = written(
  new RegExp(`^${name}:${name}$`),
  'a role of a resource',
  'Write the names of resource and role with a colon between, such as "orders-db:admin".',
);

const pattern = text(1000).transform((value, context) => {
  const fault = patternFault(value);
  if (fault === undefined) return value;
  const remedy =
    'Use RE2 syntax, which has no look-around and no back-references; the whole text must match.';
  context.addIssue({
    code: 'custom',
    message: `\`${value}\` is not a pattern: ${fault}.`,
    params: { code: 'invalid-pattern', remedy },
  });
  return z.NEVER;
});

/** A pattern that a whole text must match, and how to say it to people. */
export const textRule = z.strictObject({ pattern, hint: text(200).optional() });

/** A condition in CEL that was parsed and whose types were checked; kept as text. */
export const condition = text(2000).transform((value, context) => {
  const fault = conditionFault(value);
  if (fault === undefined) return value;
  const remedy =
    'Write CEL over `request`, `requester` and `now` that is true or false, such as "\'acme/on-call\' in requester.teams".';
  context.addIssue({
    code: 'custom',
    message: `\`${value}\` is not a condition: ${fault}.`,
    params: { code: 'invalid-condition', remedy },
  });
  return z.NEVER;
});

/** A name of the IANA time zone database. */
export const timezone = readAs((zone) => (isTimezone(zone) ? zone : undefined), 'a time zone', {
  code: 'invalid-name',
  remedy: 'Write a name of the IANA time zone database, such as Europe/Berlin or UTC.',
});

function isTimezone(zone: string): boolean {
  if (!/^[a-z]/i.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A time of day, `HH:MM`. */
export const timeOfDay = readAs(
  (time) => (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time) ? time : undefined),
  'a time of day',
  { code: 'invalid-instant', remedy: 'Write hours and minutes, in quotes, from "00:00" to "23:59".' },
);
