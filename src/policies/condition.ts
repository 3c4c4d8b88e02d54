import { serialize, type ASTNode } from '@marcbachmann/cel-js';
import type { Minutes } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';
import { language, parsed, Teams, textsIn } from './condition-language.ts';
import type { Directory, Person } from './directory.ts';

/** All that a condition sees: what the digest covers, who asks, and the time. */
export interface ConditionFacts {
  readonly request: {
    readonly resource: string;
    readonly role: string;
    readonly starts: Instant;
    readonly until: Instant;
    readonly reason: string;
    /** Empty where there is none. */
    readonly ticket: string;
    readonly emergency: boolean;
    readonly file: string;
    /** `id` is 0 for service accounts, which have none. */
    readonly principal: { readonly kind: string; readonly id: number; readonly name: string };
  };
  readonly requester: Person;
  readonly directory: Directory;
  readonly now: Instant;
}

/** Whether a condition holds; where it does not, the part of it that is false; where it can't be known, why. */
export type ConditionResult =
  | { readonly holds: true }
  | { readonly holds: false; readonly part: string }
  | { readonly failed: string };

/** Evaluates a condition that was checked when its file was read. Whatever goes wrong is a result, never an exception. */
export function evaluateCondition(condition: string, facts: ConditionFacts): ConditionResult {
  try {
    const values = valuesOf(facts);
    const answer: unknown = language.evaluate(condition, values);
    if (answer === true) return { holds: true };
    if (answer !== false) return { failed: 'it is neither true nor false' };
    const part = conjuncts(parsed(condition)).find((each) => isFalse(each, values));
    return { holds: false, part: part ?? condition };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { failed: reason };
  }
}

/** The teams of the organization that a condition names, as `organization/team` in lower case: no other is known to it. */
export function teamsIn(condition: string, organization: string): string[] {
  const prefix = `${organization.toLowerCase()}/`;
  return textsIn(condition)
    .map((text) => text.toLowerCase())
    .filter((text) => text.startsWith(prefix) && /^[a-z0-9_.-]{1,100}$/.test(text.slice(prefix.length)));
}

/** The teams of a person. One that is not there may be misspelt: then not being in it means nothing. */
function teamsOf({ id }: Person, directory: Directory): Teams {
  return new Teams((name) => {
    const team = directory.teams.get(name.toLowerCase());
    if (team) return team.members.has(id);
    throw new Error(
      team === null
        ? `there is no team ${name}`
        : `${name} was not looked up: write a team as text, such as '${directory.organization}/on-call'`,
    );
  });
}

function valuesOf({ request, requester, directory, now }: ConditionFacts) {
  const { starts, until, principal } = request;
  return {
    request: {
      ...request,
      duration: lengthOf((until - starts) / 60_000),
      starts: new Date(starts),
      until: new Date(until),
      principal: { ...principal, id: BigInt(principal.id) },
    },
    requester: {
      id: BigInt(requester.id),
      login: requester.login,
      teams: teamsOf(requester, directory),
    },
    now: new Date(now),
  };
}

/** A length of time as CEL has it. */
function lengthOf(length: Minutes): unknown {
  return language.evaluate(`duration('${Math.round(length * 60)}s')`);
}

/** The parts that must all be true. */
function conjuncts(ast: ASTNode): string[] {
  return ast.op === '&&' ? ast.args.flatMap(conjuncts) : [serialize(ast)];
}

function isFalse(part: string, values: ReturnType<typeof valuesOf>): boolean {
  try {
    return language.evaluate(part, values) === false;
  } catch {
    return false;
  }
}
