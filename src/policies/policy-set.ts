import type { Preset } from '../requests/access-request.ts';
import type { Minutes } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';
import type { Place } from '../requests/violation.ts';
import type { PartyName } from './directory.ts';

/** A file of the requests repository, read at one commit. */
export interface SourceFile {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What a role means in the target system, in the connector's own words. */
export type Entitlement = Readonly<Record<string, unknown>>;

export interface TextRule {
  /** RE2 syntax; the whole string must match. */
  readonly pattern: string;
  readonly hint?: string;
}

export interface ApprovalRule {
  readonly from: readonly PartyName[];
  readonly count: number;
  readonly after?: 'previous';
  /** Where the rule stands, so that a check can point at it. */
  readonly place: Place;
}

export interface Hours {
  readonly timezone: string;
  readonly days: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  readonly from: string;
  readonly to: string;
}

/** A role that can be asked for. */
export interface OpenRole {
  readonly kind: 'open';
  readonly name: string;
  readonly description?: string;
  readonly place: Place;
  readonly entitlement: Entitlement;
  /** Absent: the members of the organization. */
  readonly requesters?: readonly PartyName[];
  /** `service_account:NAME` stands beside people and teams. */
  readonly principals: 'requester' | readonly string[];
  readonly minDuration?: Minutes;
  readonly defaultDuration?: Minutes;
  readonly maxDuration: Minutes;
  readonly maxContinuous: Minutes;
  readonly maxAhead: Minutes;
  readonly reason?: TextRule;
  readonly ticket?: TextRule;
  readonly owners: 'both' | 'file';
  readonly approvals: readonly ApprovalRule[];
  readonly distinct: boolean;
  readonly remindBefore?: Minutes;
  readonly hours: readonly Hours[];
  /** CEL; kept as text. */
  readonly when?: string;
  readonly autoApprove?: string;
  readonly require: readonly ('two_factor' | 'signed_commits')[];
  readonly quota?: {
    readonly activePerPrincipal?: number;
    readonly active?: number;
    readonly per30Days?: number;
    readonly cooldown?: Minutes;
  };
  readonly emergency?: {
    readonly requesters: readonly PartyName[];
    readonly maxDuration: Minutes;
    readonly reviewWithin: Minutes;
  };
}

export interface OffLimitsRole {
  readonly kind: 'off-limits';
  readonly name: string;
  readonly description?: string;
  readonly place: Place;
  /** What to do instead. */
  readonly instead: string;
}

export type Role = OpenRole | OffLimitsRole;

export interface Resource {
  readonly name: string;
  readonly file: string;
  readonly description: string;
  /** Both absent only where every role is off limits. */
  readonly connector?: string;
  readonly connection?: string;
  /** `resource:role` pairs that one principal may not hold at the same time. */
  readonly conflicts: readonly string[];
  readonly roles: ReadonlyMap<string, Role>;
}

export interface Template extends Preset {
  readonly name: string;
  readonly description?: string;
  readonly for?: readonly PartyName[];
}

export interface Freeze {
  readonly from: Instant;
  readonly to: Instant;
  readonly reason?: string;
  /** `resource:role` pairs that are granted nonetheless. */
  readonly except: readonly string[];
}

export interface Settings {
  readonly merge: 'manual' | 'when_approved';
  readonly pendingFor: Minutes;
  readonly approvalValidFor: Minutes;
  /** The outer bound for every role; absent: none. */
  readonly requesters?: readonly PartyName[];
  readonly freeze: readonly Freeze[];
  readonly revert: { readonly mode: 'each' | 'rolling'; readonly rollingAbove: number };
  readonly drift: ReadonlyMap<string, 'report' | 'correct'>;
}

export interface Identities {
  readonly people: readonly {
    readonly id: number;
    readonly login: string;
    readonly names: ReadonlyMap<string, string>;
  }[];
  /** Connection -> a name with `{login}` in it, for people who are not listed. */
  readonly defaults: ReadonlyMap<string, string>;
  readonly serviceAccounts: readonly {
    readonly name: string;
    readonly owner: PartyName;
    readonly names: ReadonlyMap<string, string>;
  }[];
}

/** Everything under access-policies/, read at one commit. */
export interface PolicySet {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly templates: ReadonlyMap<string, Template>;
  readonly identities: Identities;
  readonly settings: Settings;
  /** Files that could not be taken as they are: whatever depends on one of them is refused. */
  readonly broken: ReadonlySet<string>;
}
