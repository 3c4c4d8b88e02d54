import type { Mismatch } from './exchange.ts';

/** A difference that is right as it is, and why. */
export interface Exception {
  at: RegExp;
  pointer: RegExp;
  what: RegExp;
  reason: string;
}

const UNKNOWN = /is not in the description/;
const LACKING = /is missing, and stands in every example/;

export const exceptions: readonly Exception[] = [
  {
    at: / 4\d\d$/,
    pointer: /^\/status$/,
    what: UNKNOWN,
    reason: 'GitHub puts the status into the body of every error; only some of the error schemas have it.',
  },
  {
    at: /\/(?:contents\/\{path\}|git\/blobs\/\{file_sha\}) 403$/,
    pointer: /^\/errors$/,
    what: UNKNOWN,
    reason:
      'What is too large is refused with a list of errors, too_large among them; the schema is the one of all errors.',
  },
  {
    at: /\/check-runs.* 2\d\d$/,
    pointer: /\/conclusion$/,
    what: /allowed values/,
    reason: 'GitHub alone concludes `stale`; the text of the endpoint names it, the schema does not.',
  },
  {
    at: /./,
    pointer: /\/permissions\/\w+$/,
    what: LACKING,
    reason: 'What an app may do is its own: the examples are of apps that may do more.',
  },
  {
    at: /^pull_request/,
    pointer: /^\/pull_request\/(?:head|base)\/repo\/custom_properties$/,
    what: LACKING,
    reason: 'The examples have them, the description does not know them there; nobody can define any here.',
  },
  {
    at: /^pull_request\.review_request/,
    pointer: /^\/requested_reviewer$/,
    what: LACKING,
    reason:
      'All examples ask a person; where a team is asked it stands under requested_team, as the description says.',
  },
  {
    at: /^(?:push$|check_suite\.)/,
    pointer: /\/username$/,
    what: LACKING,
    reason: 'All examples are by people with an account; an address that belongs to nobody has no user name.',
  },
  {
    at: /^installation\./,
    pointer: /^\/installation\/(?:created|updated)_at$/,
    what: /is string, and in every example number/,
    reason: 'A date by the description, seconds in examples that are older than it.',
  },
  {
    at: /^check_suite\./,
    pointer: /\/app\/(?:events|permissions)\/\w+$/,
    what: /allowed values|is not in the description/,
    reason: 'Lists what apps may hear and do, and is older than merge queues and rulesets.',
  },
  {
    at: /./,
    pointer: /\/user_view_type$/,
    what: UNKNOWN,
    reason:
      'Every account has it since 2024; schemas that were written out by hand before were not completed.',
  },
  {
    at: /^(?:fork$|GET \/orgs\/\{org\}\/teams\/)/,
    pointer: /\/has_discussions$/,
    what: UNKNOWN,
    reason: 'Repositories have it everywhere else; these two schemas are older than it.',
  },
  {
    at: /^pull_request(?:_review)?\./,
    pointer: /\/requested_teams?\/(?:\*\/)?(?:parent\/)?(?:type|organization_id|notification_setting)$/,
    what: UNKNOWN,
    reason:
      'The same pull request has them in the descriptions of `opened`, `edited`, `closed` and `reopened`.',
  },
  {
    at: /^pull_request(?:_review)?\./,
    pointer: /^\/pull_request\/stack$/,
    what: UNKNOWN,
    reason:
      'GitHub documents it for webhooks too; their descriptions are older than stacks, those of the REST API have it.',
  },
  {
    at: /^(?:push$|check_suite\.|merge_group\.)/,
    pointer: /\/email$/,
    what: /must match format "email"/,
    reason:
      "A bot's address has brackets, 1+countersign[bot]@users.noreply.github.com, which the format `email` forbids.",
  },
  {
    at: /^GET \/app\/installations 200$/,
    pointer: /^\/(?:\d+|\*)\/(?:account|client_id)/,
    what: /./,
    reason:
      'Asks that an account be a person and an enterprise at once; the single installation is described rightly.',
  },
  {
    at: /\/rulesets(?:\/\{ruleset_id\})? 422$/,
    pointer: /^\/errors\/\d+$/,
    what: /must be object/,
    reason:
      'Clients show what GitHub has against a ruleset as bare sentences; how exactly it says so is not documented.',
  },
];

export function isExcepted({ at, pointer, what }: Mismatch): boolean {
  return exceptions.some(
    (exception) => exception.at.test(at) && exception.pointer.test(pointer) && exception.what.test(what),
  );
}
