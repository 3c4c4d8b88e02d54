import { fileURLToPath } from 'node:url';
import { sandboxWebhooks } from './events.ts';
import { isObject, toJsonSchema, type Json, type JsonObject } from './json-schema.ts';
import { describedShapes } from './routes.ts';

/** Where the extract and its licence stand. */
export const FOLDER = fileURLToPath(new URL('golden', import.meta.url));

/** The bodies of errors that are not described for their operation: of any, and of 422. */
export const ERRORS = ['basic-error', 'validation-error'] as const;

/** A parameter of a path or a query. */
export interface Parameter {
  in: 'path' | 'query';
  name: string;
  required: boolean;
  schema: JsonObject;
}

/** An endpoint as GitHub describes it; what it asks for and answers in JSON, by status; null where there is no body. */
export interface Operation {
  path: string;
  parameters: Parameter[];
  body: { required: boolean; schema: JsonObject } | null;
  responses: Record<string, JsonObject | null>;
}

/** What of GitHub's descriptions the sandbox is held to. */
export interface Extract {
  /** By method and shape: `GET /repos/{}/{}`. */
  operations: Record<string, Operation>;
  /** The schema of each webhook's body, by name: `pull_request.opened`. */
  webhooks: Record<string, JsonObject>;
  /** What the others refer to, as `github#/schemas/NAME`. */
  schemas: Record<string, JsonObject>;
}

/** GitHub's descriptions of its REST API and of its webhooks, less what the sandbox has not got. */
export function extractOf(rest: JsonObject, webhooks: JsonObject): Extract {
  const [api, hooks] = [describing(rest, ''), describing(webhooks, 'webhooks.')];
  const extract = { operations: operationsOf(api), webhooks: bodiesOf(hooks) };
  for (const name of ERRORS) api.schema({ $ref: `#/components/schemas/${name}` });
  return { ...extract, schemas: { ...api.used(), ...hooks.used() } };
}

type Description = ReturnType<typeof describing>;

/** One description, and what was asked of it. */
function describing(description: JsonObject, prefix: string) {
  const used: Record<string, JsonObject> = {};
  const deref = (value: Json | undefined): JsonObject => {
    if (!isObject(value))
      throw new Error(`the description has ${JSON.stringify(value)} where an object was due`);
    const { $ref } = value;
    if (typeof $ref !== 'string') return value;
    return deref(
      $ref
        .slice(2)
        .split('/')
        .reduce<Json | undefined>((at, key) => (at as JsonObject)[key], description),
    );
  };
  /** The schema with its references turned to the extract, which gets what they refer to. */
  const schema = (value: Json): JsonObject => renamed(toJsonSchema(value as JsonObject)) as JsonObject;
  const renamed = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(renamed);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        key === '$ref' && typeof part === 'string' ? use(part) : renamed(part),
      ]),
    );
  };
  const use = ($ref: string): string => {
    const name = `${prefix}${$ref.split('/').at(-1)}`;
    if (!(name in used)) {
      used[name] = {};
      used[name] = schema(deref({ $ref }));
    }
    return `github#/schemas/${name}`;
  };
  return { root: description, deref, schema, used: () => sorted(used) };
}

function operationsOf({ root, deref, schema }: Description): Record<string, Operation> {
  const wanted = describedShapes();
  const operations: Record<string, Operation> = {};
  for (const [path, methods] of Object.entries(root['paths'] as JsonObject))
    for (const [method, operation] of Object.entries(methods as JsonObject)) {
      const shape = `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`;
      if (!wanted.has(shape)) continue;
      const { parameters = [], requestBody, responses } = deref(operation);
      operations[shape] = {
        path,
        parameters: (parameters as Json[]).map(deref).map((parameter) => ({
          in: parameter['in'] as 'path' | 'query',
          name: parameter['name'] as string,
          required: parameter['required'] === true,
          schema: schema(parameter['schema'] as Json),
        })),
        body: requestBody ? bodyOf(deref(requestBody)) : null,
        responses: Object.fromEntries(
          Object.entries(responses as JsonObject).map(([status, response]) => [
            status,
            json(deref(response)),
          ]),
        ),
      };
    }
  return sorted(operations);

  function json({ content }: JsonObject): JsonObject | null {
    const media = isObject(content) ? content['application/json'] : undefined;
    return isObject(media) && media['schema'] ? schema(media['schema']) : null;
  }
  function bodyOf(body: JsonObject): Operation['body'] {
    const described = json(body);
    return described && { required: body['required'] === true, schema: described };
  }
}

function bodiesOf({ root, deref, schema }: Description): Record<string, JsonObject> {
  const described = new Map(
    Object.values(root['webhooks'] as JsonObject).map((webhook) => {
      const { operationId, requestBody } = deref(deref(webhook)['post']);
      const content = deref(requestBody)['content'];
      return [webhookName(operationId as string), deref(deref(content)['application/json'])['schema']];
    }),
  );
  return Object.fromEntries(
    sandboxWebhooks.map((name) => {
      const body = described.get(name);
      if (!body) throw new Error(`GitHub describes no webhook ${name}`);
      return [name, schema(body)];
    }),
  );
}

/** `pull-request-review/submitted` is `pull_request_review.submitted`. */
function webhookName(operationId: string): string {
  const [event = '', action] = operationId.replaceAll('-', '_').split('/');
  return action ? `${event}.${action}` : event;
}

function sorted<Value>(values: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
