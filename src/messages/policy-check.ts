import type { Assessment } from '../approvals/assessment.ts';
import type { Requirement } from '../approvals/requirements.ts';
import type { Decision, ResolvedRequest } from '../policies/decision.ts';
import { grantPeriod } from '../policies/decision.ts';
import type { OpenRole, PolicySet } from '../policies/policy-set.ts';
import type { ExpandedEntry } from '../requests/access-request.ts';
import { formatDuration } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';
import type { Violation } from '../requests/violation.ts';
import { annotationOf, checkText, type CheckText } from './check-text.ts';
import { count, listed, moment, principalText, prose, quoted, table } from './markdown.ts';

/**
 * The check `access/policy`: what is wrong, each at its place, and what would be allowed; or what would be granted, until when, and who must
 * approve. `holding`: the branch holds policies that nobody accepted, so that grants wait.
 */
export function policyCheck(
  assessment: Assessment,
  policies: PolicySet,
  now: Instant,
  holding = false,
): CheckText {
  const at = (instant: Instant) => contentAt(assessment, policies, instant, holding);
  return checkText(at(now), at(0));
}

function contentAt(assessment: Assessment, policies: PolicySet, now: Instant, holding: boolean) {
  const { decisions, violations, allowed, digest } = assessment;
  const errors = violations.filter(({ severity }) => severity === 'error');
  const base = { name: 'access/policy', annotations: violations.map(annotationOf), digest } as const;
  if (!allowed)
    return {
      ...base,
      conclusion: 'failure',
      title: count(errors.length, 'violation'),
      summary: paragraphs(
        'Nothing can be granted as it stands:',
        violations.map(violationLine).join('\n'),
        allowances(decisions, policies),
      ),
      text: '',
    } as const;
  if (decisions.length === 0) return { ...base, ...nothingAsked(assessment), text: '' };
  const grants = decisions.flatMap(({ request }) => request ?? []);
  const notes = decisions.flatMap((decision) => decision.notes ?? []);
  const removals = decisions.filter(({ change }) => change.kind === 'removed');
  return {
    ...base,
    conclusion: 'success',
    title: titleOf(grants, removals.length),
    summary: paragraphs(
      grants.length > 0 && `When this is merged, Countersign grants:\n\n${grantsTable(decisions, now)}`,
      grants.length > 0 && holding && notice,
      grants.length > 0 && `Must approve: ${listed(assessment.requirements.map(asked)) || 'nobody'}.`,
      notes.length > 0 && notes.map((note) => `- ${prose(note)}`).join('\n'),
      removals.length > 0 &&
        `Taken back when this is merged, which needs nobody's approval:\n\n${removalLines(removals)}`,
      violations.map(violationLine).join('\n'),
    ),
    text: '',
  } as const;
}

const notice =
  '⚠️ The default branch holds policies that nobody accepted. Nothing new is granted until they are put back, or accepted; access that runs ends on time.';

/** A pull request that asks for no access; it may still change who gets it. */
function nothingAsked({ controlFiles, requirements, violations }: Assessment) {
  if (controlFiles.length === 0)
    return {
      conclusion: 'success',
      title: 'No access request is touched',
      summary: 'This pull request adds, changes and removes no access request.',
    } as const;
  const files = count(controlFiles.length, 'control file');
  return {
    conclusion: 'success',
    title: `${files} would change`,
    summary: paragraphs(
      `These decide who gets access. When this is merged with the approval of their owners, they come into force:\n\n${controlFiles.map((path) => `- ${quoted(path)}`).join('\n')}`,
      `Must approve: ${listed(requirements.map(asked))}.`,
      'Approvals of open requests, given under the policies of now, do not count under the new ones.',
      violations.map(violationLine).join('\n'),
    ),
  } as const;
}

function titleOf(grants: readonly ResolvedRequest[], removals: number): string {
  const [first] = grants;
  if (!first) return `${count(removals, 'request')} would be taken back`;
  const others = grants.length > 1 ? `, and ${grants.length - 1} more` : '';
  return `${first.principal.name} would get ${first.role} on ${first.resource} ${lengthOf(first)}${others}`;
}

function lengthOf({ duration, until }: ResolvedRequest): string {
  return until === null ? `for ${formatDuration(duration ?? 0)}` : `until ${moment(until)}`;
}

function grantsTable(decisions: readonly Decision[], now: Instant): string {
  return table(
    ['Who', 'Access', 'As', 'When', 'Why'],
    decisions.flatMap(({ request, change }) =>
      request
        ? [
            [
              principalText(request.principal),
              `${request.role} on ${request.resource}`,
              `${holdersText(request)} in ${request.connection}`,
              whenText(request, change, now),
              `${quoted(request.reason)}${request.ticket === null ? '' : `, ticket ${quoted(request.ticket)}`}`,
            ],
          ]
        : [],
    ),
  );
}

const shownHolders = 5;

function holdersText({ holders }: ResolvedRequest): string {
  const names = holders.slice(0, shownHolders).map(({ identity }) => quoted(identity));
  const more = holders.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** From when until when, and for an edited entry what it was: a grant that runs keeps its beginning. */
function whenText(request: ResolvedRequest, change: Decision['change'], now: Instant): string {
  const length = lengthOf(request);
  if (change.kind === 'changed') {
    const was = lengthBefore(change.before);
    if (was === length) return `${length}, as before`;
    return `${length} instead of ${was.replace(/^for /, '')}, counted from when the access began`;
  }
  const { starts, until } = request;
  const end = moment(grantPeriod(request, now).end);
  if (starts !== null) return `from ${moment(starts)} until ${end}`;
  return until === null
    ? `${length} from the merge: until ${end}, if merged now`
    : `from the merge until ${end}`;
}

function lengthBefore({ duration, request }: ExpandedEntry): string {
  if (request.until !== undefined) return `until ${moment(request.until)}`;
  return duration === undefined ? "for the role's default" : `for ${formatDuration(duration)}`;
}

function removalLines(removals: readonly Decision[]): string {
  return removals
    .map(({ change }) =>
      change.kind === 'removed'
        ? `- ${principalText(change.before.request.principal)}: ${change.before.role} on ${change.before.resource}`
        : '',
    )
    .join('\n');
}

/** Who is asked: `1 of @acme/data-owners (.github/CODEOWNERS line 3)`. */
export function asked({ count: needed, parties, rules }: Requirement): string {
  const sources = [
    ...new Set(rules.map(({ file, line }) => (line === null ? file : `${file} line ${line}`))),
  ];
  const who = parties.length > 0 ? `${needed} of ${listed(parties, 'or')}` : 'a code owner';
  return `${who} (${listed(sources)})`;
}

export function violationLine({ file, line, column, code, message, remedy, severity }: Violation): string {
  const mark = severity === 'warning' ? ' (warning)' : '';
  return `- ${quoted(`${file}:${line}:${column}`)} **${code}**${mark}: ${prose(message)} ${prose(remedy)}`;
}

/** What the policy allows for each role that was asked for in vain. */
function allowances(decisions: readonly Decision[], policies: PolicySet): string {
  const roles = new Map(
    decisions
      .filter(({ change, violations }) => change.kind !== 'removed' && violations.length > 0)
      .flatMap(({ change }) => {
        if (change.kind === 'removed') return [];
        const { resource, role } = change.after;
        const found = policies.resources.get(resource)?.roles.get(role);
        return found?.kind === 'open' ? [[`${role} on ${resource}`, found] as const] : [];
      }),
  );
  if (roles.size === 0) return '';
  const lines = [...roles].map(([name, role]) => `- **${name}**: ${allowance(role)}`);
  return `What would be allowed:\n\n${lines.join('\n')}`;
}

function allowance(role: OpenRole): string {
  return [
    role.minDuration === undefined
      ? `at most ${formatDuration(role.maxDuration)}`
      : `${formatDuration(role.minDuration)} to ${formatDuration(role.maxDuration)}`,
    role.defaultDuration !== undefined && `${formatDuration(role.defaultDuration)} where none is given`,
    role.requesters && `asked for by ${listed(role.requesters, 'or')}`,
    role.reason?.hint && `with a reason: ${prose(role.reason.hint)}`,
    role.ticket && `with a ticket${role.ticket.hint ? `: ${prose(role.ticket.hint)}` : ''}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ');
}

export function paragraphs(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join('\n\n');
}
