import type { Decision } from '../policies/decision.ts';
import type { Directory, PartyName } from '../policies/directory.ts';
import type { ApprovalRule } from '../policies/policy-set.ts';
import { codeownersPaths } from '../requests/requests-paths.ts';
import {
  sortViolations,
  violation,
  type Place,
  type Violation,
  type ViolationCode,
} from '../requests/violation.ts';
import { ownersOf, type Codeowners, type CodeownersRule } from './codeowners.ts';
import { candidates, type Asked } from './eligibility.ts';

/** A line that asks for a requirement. */
export interface Rule {
  /** A CODEOWNERS or a policy file. */
  readonly file: string;
  /** 1-based; `null` where it is the lack of a line that leaves it to nobody. */
  readonly line: number | null;
  /** What it asks it for: a file's path, or a role as `resource:role`. */
  readonly subject: string;
  /** 0 opens at once; each further stage of the same subject when the one before it is met. */
  readonly stage: number;
  /** Whether whoever fills it may fill no other group of the same subject. */
  readonly distinct: boolean;
}

/** So many of these parties must approve. No parties at all: nobody can. */
export interface Requirement extends Asked {
  readonly count: number;
  /** Every rule that asks for it; at least one. */
  readonly rules: readonly Rule[];
}

/** A requirement of one decision, and what to say where nobody can meet it. */
interface Demand {
  /** Demands of one identity are one requirement. */
  readonly identity: string;
  readonly requirement: Requirement;
  readonly place: Place;
  readonly nobody: { readonly message: string; readonly remedy: string; readonly code?: ViolationCode };
}

/** Who owns what, and which of the control files are to change. */
export interface Ownership {
  /** `null` where there is no such file. */
  readonly codeowners: Codeowners | null;
  readonly codeownersFile: string | null;
  readonly controlFiles: readonly string[];
  /** The decisions that nobody needs to approve; absent: none. */
  readonly waived?: ReadonlyMap<Decision, unknown>;
}

/**
 * Who must approve what the decisions would grant: the code owners of every requests file touched and of the policy files (design,
 * invariant 5), and the groups that the roles name; and of a change of control files, their owners (invariant 2). Removals need nobody
 * (invariant 8), but for the first half of a move. What nobody can meet is a violation and remains a requirement, so that it is never met by
 * being overlooked.
 */
export function requirementsOf(
  decisions: readonly Decision[],
  ownership: Ownership,
  directory: Directory,
): { readonly requirements: Requirement[]; readonly violations: Violation[] } {
  const demands = merged([
    ...decisions.flatMap((decision) =>
      ownership.waived?.has(decision) ? [] : demandsOf(decision, decisions, ownership),
    ),
    ...ownership.controlFiles.map((path) => ownerDemand(controlFile(path), ownership)),
  ]);
  const unmeetable = demands.filter(({ requirement }) => !canBeMet(requirement, directory));
  return {
    requirements: demands.map(({ requirement }) => requirement),
    violations: sortViolations(
      unmeetable.map(({ place, nobody }) =>
        violation(place, nobody.code ?? 'nobody-can-approve', nobody.message, nobody.remedy),
      ),
    ),
  };
}

function demandsOf(decision: Decision, all: readonly Decision[], ownership: Ownership): Demand[] {
  const owners = ownedFiles(decision, all).map((owned) => ownerDemand(owned, ownership));
  return [...owners, ...groupDemands(decision)];
}

/** The same parties asked twice are asked once, for every rule that asks. */
function merged(demands: readonly Demand[]): Demand[] {
  return [...Map.groupBy(demands, ({ identity }) => identity).values()].map(asOne);
}

function asOne(same: readonly Demand[]): Demand {
  const [first] = same as [Demand, ...Demand[]];
  const rules = new Map(
    same.flatMap(({ requirement }) => requirement.rules).map((rule) => [rule.subject, rule]),
  );
  return { ...first, requirement: { ...first.requirement, rules: [...rules.values()] } };
}

function canBeMet(requirement: Requirement, directory: Directory): boolean {
  const able = candidates(requirement, directory);
  return able === 'everyone' || able.size >= requirement.count;
}

interface OwnedFile {
  readonly path: string;
  readonly place: Place;
  readonly code?: ViolationCode;
}

function controlFile(path: string): OwnedFile {
  return { path, place: { file: path, line: 1, column: 1 }, code: 'unowned-control-file' };
}

function ownedFiles({ change, policyFile }: Decision, all: readonly Decision[]): OwnedFile[] {
  if (change.kind === 'removed') {
    const moved = all.some((other) => other.change.kind === 'added' && other.change.key === change.key);
    return moved ? [{ path: change.before.file, place: change.before.start }] : [];
  }
  const { file, start } = change.after;
  return [file, ...(policyFile === undefined ? [] : [policyFile])].map((path) => ({ path, place: start }));
}

function ownerDemand({ path, place, code }: OwnedFile, { codeowners, codeownersFile }: Ownership): Demand {
  const owned = codeowners ? ownersOf(codeowners, path) : undefined;
  const parties = owned?.owners ?? [];
  const file = codeownersFile ?? codeownersPaths[0];
  const rule = { file, line: owned?.line ?? null, subject: path, stage: 0, distinct: false };
  return {
    identity: JSON.stringify(['code-owners', parties.length > 0 ? inOrder(parties) : path]),
    requirement: { kind: 'code-owners', parties, count: 1, rules: [rule] },
    place,
    nobody: {
      ...(code && { code }),
      message: `Nobody can approve a change of ${path}: ${whyUnowned(codeowners, owned, file)}.`,
      remedy: `Give ${path} owners in ${file} on the base branch: people who may write to this repository, or visible teams that may.`,
    },
  };
}

function whyUnowned(codeowners: Codeowners | null, owned: CodeownersRule | undefined, file: string): string {
  if (!codeowners) return 'there is no CODEOWNERS file';
  if (!owned) return `no line of ${file} covers it`;
  if (owned.owners.length === 0) return `line ${owned.line} of ${file} leaves it without owners`;
  return `${owned.owners.join(', ')} (line ${owned.line} of ${file}) cannot own it`;
}

function groupDemands({ change, approvals, distinct }: Decision): Demand[] {
  if (change.kind === 'removed') return [];
  const subject = `${change.after.resource}:${change.after.role}`;
  return approvals.map((group, index) => {
    const { from: parties, count, place } = group;
    const stage = stageOf(approvals, index);
    return {
      identity: JSON.stringify(['group', stage, groupName(group), groupsBefore(approvals, index)]),
      requirement: {
        kind: 'group',
        parties,
        count,
        rules: [{ file: place.file, line: place.line, subject, stage, distinct }],
      },
      place,
      nobody: {
        message: `Nobody can approve ${subject}: fewer than ${count} of ${parties.join(', ')} can.`,
        remedy: 'Name people or teams of this organization, and enough of them.',
      },
    };
  });
}

/** `after: previous` opens a stage, which waits for the whole stage before it. */
function stageOf(approvals: readonly ApprovalRule[], index: number): number {
  return approvals.slice(1, index + 1).filter(({ after }) => after === 'previous').length;
}

/** What a group waits for, and its own earlier mentions: the same group twice in one role asks twice, in two roles once. */
function groupsBefore(approvals: readonly ApprovalRule[], index: number): string[] {
  const own = groupName(approvals[index] as ApprovalRule);
  return approvals
    .slice(0, index)
    .filter(
      (group, other) => stageOf(approvals, other) < stageOf(approvals, index) || groupName(group) === own,
    )
    .map(groupName);
}

function groupName({ from, count }: ApprovalRule): string {
  return `${count} of ${inOrder(from).join(' ')}`;
}

function inOrder(parties: readonly PartyName[]): PartyName[] {
  return [...new Set(parties.map((party) => party.toLowerCase()))].toSorted();
}
