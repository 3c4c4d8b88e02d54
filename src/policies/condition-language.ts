import { Environment, ParseError, TypeError, type ASTNode } from '@marcbachmann/cel-js';
import { parseInstant } from '../requests/instant.ts';

/** The teams that somebody is in. Asking for a team that was not looked up throws: whether they are in it is not known. */
export class Teams {
  readonly has: (team: string) => boolean;

  constructor(has: (team: string) => boolean) {
    this.has = has;
  }
}

const timestamp = 'google.protobuf.Timestamp';
const duration = 'google.protobuf.Duration';

/**
 * Conditions in CEL (https://github.com/google/cel-spec), in a form that is checked before it is used: every value has a type, and nothing
 * takes longer than the text is long.
 */
export const language = new Environment({ limits: { maxDepth: 32, maxAstNodes: 500 } })
  .registerType('Teams', Teams)
  .registerOperator('string in Teams', (team: string, teams: Teams) => teams.has(team))
  .registerVariable('request', {
    schema: {
      resource: 'string',
      role: 'string',
      duration,
      starts: timestamp,
      until: timestamp,
      reason: 'string',
      ticket: 'string',
      emergency: 'bool',
      file: 'string',
      principal: { kind: 'string', id: 'int', name: 'string' },
    },
  })
  .registerVariable('requester', { schema: { id: 'int', login: 'string', teams: 'Teams' } })
  .registerVariable('now', timestamp);

/** What may be called. `matches` is not among them: it uses patterns that can take exponential time; nor is what copies or depends on the machine. */
const allowedCalls: ReadonlySet<string> = new Set(
  (
    'size contains startsWith endsWith indexOf lastIndexOf substring lowerAscii upperAscii trim string int duration timestamp ' +
    'getFullYear getMonth getDate getDayOfMonth getDayOfWeek getHours getMinutes getSeconds getMilliseconds'
  ).split(' '),
);

/** Macros that go through a list; one within another would multiply. */
const walks: ReadonlySet<string> = new Set(['exists', 'exists_one', 'all']);

/** A syntax tree without the macros that a check puts into it. */
export function parsed(condition: string): ASTNode {
  return language.parse(condition).ast;
}

/** Why a text is no condition, as the end of a sentence, or `undefined` where it is one. */
export function conditionFault(condition: string): string | undefined {
  try {
    const ast = parsed(condition);
    const forbidden = forbiddenIn(ast);
    if (forbidden !== undefined) return forbidden;
    const { valid, type, error } = language.parse(condition).check();
    if (!valid) return faultOf(error);
    return type === 'bool' ? undefined : 'it is neither true nor false';
  } catch (error) {
    if (error instanceof ParseError || error instanceof TypeError) return faultOf(error);
    throw error;
  }
}

function faultOf(error: ParseError | TypeError | undefined): string {
  const at = error?.range ? ` at character ${error.range.start + 1}` : '';
  return `${error?.summary ?? 'it has no type'}${at}`;
}

/** Every text that stands in a condition. */
export function textsIn(condition: string): string[] {
  return nodesIn(parsed(condition)).flatMap(({ op, args }) =>
    op === 'value' && typeof args === 'string' ? [args] : [],
  );
}

function forbiddenIn(ast: ASTNode): string | undefined {
  const nodes = nodesIn(ast);
  return nodes.map(forbiddenCall).find((reason) => reason !== undefined);
}

function forbiddenCall(node: ASTNode): string | undefined {
  if (node.op !== 'call' && node.op !== 'rcall') return undefined;
  const [name] = node.args;
  const given = node.op === 'call' ? node.args[1] : node.args[2];
  const at = `at character ${node.start + 1}`;
  if (walks.has(name)) {
    const inner = given.flatMap(nodesIn);
    return inner.some(({ op, args }) => op === 'rcall' && walks.has(args[0]))
      ? `\`${name}\` ${at} goes through a list within a list`
      : undefined;
  }
  if (!allowedCalls.has(name)) return `\`${name}\` ${at} is not among what a condition may use`;
  if (name.startsWith('get') && given.length > 0)
    return `\`${name}\` ${at} takes no time zone: it counts in UTC, and \`hours\` knows zones`;
  if (name === 'timestamp' && !given.every(isInstant))
    return `\`timestamp\` ${at} takes one instant in quotes, such as '2026-11-23T18:00:00Z'`;
  return undefined;
}

/** Without an offset the time would be the machine's own. */
function isInstant({ op, args }: ASTNode): boolean {
  return op === 'value' && typeof args === 'string' && parseInstant(args) !== undefined;
}

function nodesIn(node: ASTNode): ASTNode[] {
  return [node, ...[node.args].flat(3).filter(isNode).flatMap(nodesIn)];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}
