/** Any JSON object: a schema, or a part of GitHub's description that holds schemas. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What says nothing about which values are right. */
const PROSE = new Set([
  'default',
  'deprecated',
  'description',
  'discriminator',
  'example',
  'examples',
  'externalDocs',
  'nullable',
  'readOnly',
  'summary',
  'title',
  'writeOnly',
]);

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A schema of OpenAPI 3.0 as JSON Schema: `nullable` becomes a type of its own, prose goes. `oneOf` becomes `anyOf`, because GitHub's
 * alternatives overlap: a simple user is a public user too.
 */
export function toJsonSchema(schema: JsonObject): JsonObject {
  const converted: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (PROSE.has(key) || key.startsWith('x-')) continue;
    if (key === 'oneOf' || key === 'anyOf')
      converted['anyOf'] = [...((converted['anyOf'] as Json[] | undefined) ?? []), ...schemasIn(value)];
    else if (key === 'allOf') converted[key] = schemasIn(value);
    else if (key === 'properties' && isObject(value))
      converted[key] = Object.fromEntries(
        Object.entries(value).map(([name, property]) => [name, convert(property)]),
      );
    else if (key === 'items' || key === 'additionalProperties') converted[key] = convert(value);
    else converted[key] = value;
  }
  return schema['nullable'] === true ? orNull(converted) : converted;
}

function schemasIn(value: Json): Json[] {
  return (value as Json[]).map(convert);
}

function convert(value: Json): Json {
  return isObject(value) ? toJsonSchema(value) : value;
}

function orNull(schema: JsonObject): JsonObject {
  const { type, enum: values } = schema;
  if (typeof type !== 'string' || schema['$ref'] || schema['anyOf'] || schema['allOf'])
    return Object.keys(schema).length === 0 ? {} : { anyOf: [schema, { type: 'null' }] };
  return {
    ...schema,
    type: [type, 'null'],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
  };
}
