import type { Exchange } from '../../src/sandbox/routes/observed.ts';
import { committedExtract } from './extract-file.ts';
import { ERRORS, type Operation, type Parameter } from './extraction.ts';
import { isObject, type Json, type JsonObject } from './json-schema.ts';
import { operationOf } from './routes.ts';
import { problemsOf, type Problem } from './validation.ts';

/** One thing in which the traffic differs from GitHub's description. */
export interface Mismatch extends Problem {
  /** The operation and which side of it: `GET /repos/{owner}/{repo} request`, `… 200`; for a webhook its name. */
  at: string;
}

/** What GitHub answers at any endpoint, described there or not: see "Troubleshooting the REST API" and "Rate limits" in its documentation. */
const ANYWHERE = new Set([304, 400, 401, 403, 404, 422, 429]);

/** What of an exchange differs from GitHub's description of the endpoint; requests that were refused as wrong only where `strict`. */
export function mismatchesOf(exchange: Exchange, strict: boolean): Mismatch[] {
  const { method, route, url, status } = exchange;
  if (route === null) return [];
  const described = operationOf({ method, path: route });
  if (described === null) return [];
  const operation = committedExtract().operations[described];
  if (!operation)
    return [{ at: `${method} ${route}`, pointer: '', what: 'is not in the extract: run npm run schemas' }];
  const name = `${method} ${operation.path}`;
  const asked = status >= 400 && !strict ? [] : requestProblems(operation, new URL(url), exchange);
  return [
    ...mismatchesAt(`${name} request`, asked),
    ...mismatchesAt(`${name} ${status}`, answerProblems(operation, exchange)),
  ];
}

export function mismatchesAt(at: string, problems: readonly Problem[]): Mismatch[] {
  return problems.map(({ pointer, what }) => ({ at, pointer, what }));
}

function answerProblems({ responses }: Operation, exchange: Exchange): Problem[] {
  const { status, contentType, responseBody } = exchange;
  const json = contentType?.startsWith('application/json') ?? false;
  // As GitHub's proxies answer, in HTML; in JSON it is the sandbox itself that broke.
  if (status >= 500) return json ? [{ pointer: '', what: responseBody }] : [];
  const described = responses[status];
  if (described === undefined && !ANYWHERE.has(status))
    return [{ pointer: '', what: `the description has no status ${status}: ${responseBody.slice(0, 200)}` }];
  if (responseBody === '') return described ? [{ pointer: '', what: 'has no body' }] : [];
  if (!json) return [];
  const schema = described ?? (status >= 400 ? errorSchema(status) : null);
  if (!schema) return [{ pointer: '', what: `has a body: ${responseBody.slice(0, 200)}` }];
  return problemsOf(schema, JSON.parse(responseBody) as Json);
}

const [plain, invalid] = ERRORS.map((name): JsonObject => ({ $ref: `github#/schemas/${name}` }));

function errorSchema(status: number): JsonObject | null {
  return (status === 422 ? invalid : plain) ?? null;
}

function requestProblems(operation: Operation, url: URL, { requestBody }: Exchange): Problem[] {
  return [
    ...operation.parameters.flatMap((parameter) => parameterProblems(operation, parameter, url)),
    ...[...url.searchParams.keys()]
      .filter((name) => !operation.parameters.some((known) => known.in === 'query' && known.name === name))
      .map((name) => ({ pointer: `?${name}`, what: 'is not in the description' })),
    ...bodyProblems(operation.body, requestBody),
  ];
}

function bodyProblems(described: Operation['body'], text: string): Problem[] {
  const body = text === '' ? undefined : (JSON.parse(text) as Json);
  // Clients send an empty object where there is nothing to say.
  if (!described)
    return isObject(body) && Object.keys(body).length > 0 ? [{ pointer: '', what: 'has a body' }] : [];
  if (body === undefined) return described.required ? problemsOf(described.schema, {}) : [];
  return problemsOf(described.schema, body);
}

function parameterProblems({ path }: Operation, parameter: Parameter, url: URL): Problem[] {
  const values =
    parameter.in === 'query'
      ? url.searchParams.getAll(parameter.name)
      : pathValue(path, parameter.name, url.pathname);
  const pointer = parameter.in === 'query' ? `?${parameter.name}` : `{${parameter.name}}`;
  if (values.length === 0)
    return parameter.required && parameter.in === 'query' ? [{ pointer, what: 'is missing' }] : [];
  return values.flatMap((value) =>
    problemsOf(parameter.schema, typed(parameter.schema, value)).map(({ what }) => ({
      pointer,
      what: `${what}: ${value}`,
    })),
  );
}

/** What stands at a place of the path; nothing where the path is of an unlisted route. The last place may hold slashes. */
function pathValue(template: string, name: string, pathname: string): string[] {
  const pattern = template.replace(/\{(\w+)\}$/, '(?<$1>.+)').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const value = new RegExp(`^${pattern}$`).exec(pathname)?.groups?.[name];
  return value === undefined ? [] : [decodeURIComponent(value)];
}

/** What is written in an address is text; what it stands for, its schema says. */
function typed({ type, anyOf }: JsonObject, text: string): Json {
  const alternatives = Array.isArray(anyOf) ? anyOf.map((schema) => (schema as JsonObject)['type']) : [];
  const types = new Set([type, ...alternatives].flat());
  if ((types.has('integer') || types.has('number')) && /^-?\d+$/.test(text)) return Number(text);
  if (types.has('boolean') && /^(?:true|false)$/.test(text)) return text === 'true';
  return types.has('array') ? text.split(',') : text;
}
