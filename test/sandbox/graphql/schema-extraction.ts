import { readFile, writeFile } from 'node:fs/promises';
import {
  Kind,
  parse,
  print,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';
import { schemaFields } from './schema-fields.ts';

const OFFICIAL = new URL('../../../node_modules/@octokit/graphql-schema/', import.meta.url);

/** What GitHub itself does not list among its types: the language has them. */
const BUILT_IN = new Set(['Boolean', 'Float', 'ID', 'Int', 'String']);

/** The part of GitHub's official schema that `schemaFields` names, every signature as it stands there, with its licence. */
export async function extractSchema(): Promise<string> {
  const [schema, licence] = await Promise.all(
    ['schema.graphql', 'LICENSE.md'].map((file) => readFile(new URL(file, OFFICIAL), 'utf8')),
  );
  const notice = `Extracted from GitHub's GraphQL schema, @octokit/graphql-schema, which is:\n\n${licence?.trim()}`;
  const header = notice.split('\n').map((line) => `# ${line}`.trimEnd());
  return `${header.join('\n')}\n\n${print(extractOf(bare(parse(schema ?? ''))))}\n`;
}

/** Puts the extract where the sandbox reads it. */
export async function writeSchema(): Promise<void> {
  const target = new URL('../../../src/sandbox/graphql/github.graphql', import.meta.url);
  await writeFile(target, await extractSchema());
}

/** Without descriptions and directives. */
function bare(document: DocumentNode): DocumentNode {
  const drop = { enter: () => null };
  return visit(document, {
    Directive: drop,
    DirectiveDefinition: drop,
    enter(node) {
      return 'description' in node && node.description ? { ...node, description: undefined } : undefined;
    },
  });
}

function extractOf(document: DocumentNode): DocumentNode {
  const types = new Map(document.definitions.filter(isType).map((type) => [type.name.value, type]));
  const wanted = new Map<string, TypeDefinitionNode>();
  const queue = Object.keys(schemaFields);
  for (const name of queue) {
    if (wanted.has(name) || BUILT_IN.has(name)) continue;
    const type = types.get(name);
    if (!type) throw new Error(`GitHub's schema has no type ${name}`);
    const kept = narrowed(type, schemaFields[name]);
    wanted.set(name, kept);
    queue.push(...referenced(kept));
  }
  const inOrder = [...wanted.values()].toSorted((one, other) =>
    one.name.value.localeCompare(other.name.value, 'en'),
  );
  return { kind: Kind.DOCUMENT, definitions: inOrder };
}

function isType(node: DefinitionNode): node is TypeDefinitionNode {
  return 'name' in node && node.kind.endsWith('TypeDefinition');
}

/** A type with the wanted fields, interfaces and members; inputs, enums and scalars are kept whole. */
function narrowed(type: TypeDefinitionNode, fields: readonly string[] | undefined): TypeDefinitionNode {
  if (type.kind === Kind.UNION_TYPE_DEFINITION)
    return { ...type, types: (type.types ?? []).filter(({ name }) => name.value in schemaFields) };
  if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return type;
  if (!fields) throw new Error(`schema-fields.ts must say which fields of ${type.name.value} it wants`);
  return {
    ...type,
    interfaces: (type.interfaces ?? []).filter(({ name }) => name.value in schemaFields),
    fields: fields.map((name) => fieldOf(type, name)),
  };
}

function fieldOf(
  type: { name: { value: string }; fields?: readonly FieldDefinitionNode[] | undefined },
  name: string,
): FieldDefinitionNode {
  const field = type.fields?.find((one) => one.name.value === name);
  if (!field) throw new Error(`GitHub's ${type.name.value} has no field ${name}`);
  return field;
}

function referenced(type: TypeDefinitionNode): string[] {
  const names: string[] = [];
  visit(type, { NamedType: (node) => void names.push(node.name.value) });
  return names;
}
