import { committedExtract } from './extract-file.ts';
import { isObject, type Json, type JsonObject } from './json-schema.ts';

/** What a description knows of a place: GitHub's schemas forbid no further fields, but whoever sends one made it up. */
interface Shape {
  /** Whether any field may stand here. */
  open: boolean;
  field(name: string): Shape | undefined;
  item: Shape | undefined;
}

const shapes = new WeakMap<JsonObject, Shape>();

/** JSON pointers of the fields that no alternative of a schema knows; items of a list are told once. */
export function unknownFields(schema: JsonObject, value: Json): string[] {
  let shape = shapes.get(schema);
  if (!shape) shapes.set(schema, (shape = shapeOf([schema])));
  return [...new Set(walk(shape, value, ''))];
}

function walk(shape: Shape, value: Json, pointer: string): string[] {
  if (Array.isArray(value))
    return shape.item ? value.flatMap((item) => walk(shape.item as Shape, item, `${pointer}/*`)) : [];
  if (!isObject(value) || shape.open) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const field = shape.field(name);
    return field ? walk(field, part, `${pointer}/${name}`) : [`${pointer}/${name}`];
  });
}

function shapeOf(schemas: readonly JsonObject[]): Shape {
  const all = [...alternatives(schemas)];
  const fields = new Map<string, Shape | undefined>();
  const items = all.flatMap(({ items: item }) => (isObject(item) ? [item] : []));
  let item: Shape | undefined;
  return {
    open: all.some(isOpen) || !all.some(describesFields),
    field(name) {
      if (!fields.has(name)) {
        const found = all.flatMap((schema) => fieldOf(schema, name));
        fields.set(name, found.length > 0 ? shapeOf(found) : undefined);
      }
      return fields.get(name);
    },
    get item() {
      return items.length > 0 ? (item ??= shapeOf(items)) : undefined;
    },
  };
}

function describesFields({ properties, additionalProperties }: JsonObject): boolean {
  return isObject(properties) || isObject(additionalProperties);
}

function fieldOf({ properties, additionalProperties }: JsonObject, name: string): JsonObject[] {
  const described = isObject(properties) ? properties[name] : undefined;
  return [described, described ? undefined : additionalProperties].filter(isObject);
}

/** The schemas that a value may be described by, behind references and alternatives. */
function alternatives(schemas: readonly JsonObject[], seen = new Set<JsonObject>()): Set<JsonObject> {
  for (const schema of schemas) {
    if (seen.has(schema)) continue;
    seen.add(schema);
    const { $ref, anyOf = [], allOf = [] } = schema;
    const referred =
      typeof $ref === 'string' ? committedExtract().schemas[$ref.split('/').at(-1) ?? ''] : undefined;
    alternatives([...(referred ? [referred] : []), ...[anyOf, allOf].flat().filter(isObject)], seen);
  }
  return seen;
}

function isOpen({
  $ref,
  anyOf,
  allOf,
  properties,
  additionalProperties,
  items,
  enum: values,
  type,
}: JsonObject): boolean {
  if (additionalProperties === true) return true;
  if ($ref || anyOf || allOf || properties || isObject(additionalProperties) || items || values) return false;
  return type === undefined || [type].flat().includes('object');
}
