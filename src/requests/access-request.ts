import type { Instant } from './instant.ts';
import type { Minutes } from './duration.ts';
import type { Place } from './violation.ts';

export type PrincipalKind = 'user' | 'team' | 'service_account';

/** Who receives the access, as the entry names it: a login, a team's slug, or a name in identities.yaml. */
export interface PrincipalName {
  readonly kind: PrincipalKind;
  readonly name: string;
}

/** One entry of an access-requests file, as its author wrote it. */
export interface AccessRequest {
  readonly principal: PrincipalName;
  /** The pair, or the template that stands for it: exactly one of the two forms. */
  readonly asks: { readonly resource: string; readonly role: string } | { readonly template: string };
  readonly duration?: Minutes;
  readonly until?: Instant;
  readonly starts?: Instant;
  readonly reason: string;
  readonly ticket?: string;
  readonly emergency: boolean;
}

/** The keys an entry may have. */
export const entryKeys = [
  'user',
  'team',
  'service_account',
  'resource',
  'role',
  'template',
  'duration',
  'until',
  'starts',
  'reason',
  'ticket',
  'emergency',
] as const;

export type EntryKey = (typeof entryKeys)[number];

/** An access request and where it stands. */
export interface RequestEntry {
  readonly request: AccessRequest;
  readonly file: string;
  /** The entry's first line, which stands for whatever is missing. */
  readonly start: Place;
  /** Where each value that is present stands. */
  readonly places: Readonly<Partial<Record<EntryKey, Place>>>;
}

/** What templates.yaml presets: what this folder needs to know of a template. */
export interface Preset {
  readonly resource: string;
  readonly role: string;
  readonly duration?: Minutes;
}

/** An entry whose template, if it has one, was replaced by what it stands for. */
export interface ExpandedEntry extends RequestEntry {
  readonly resource: string;
  readonly role: string;
  /** The entry's own duration, or else the template's. */
  readonly duration?: Minutes;
}

/**
 * What an entry is known by: (principal, resource, role). Logins and slugs compare case-insensitively, so the
 * key is in lower case.
 */
export type RequestKey = string;

export function requestKey(entry: Pick<ExpandedEntry, 'request' | 'resource' | 'role'>): RequestKey {
  const { kind, name } = entry.request.principal;
  return `${kind}:${name.toLowerCase()} ${entry.resource}:${entry.role}`;
}
