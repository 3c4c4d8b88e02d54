import { readFileSync } from 'node:fs';
import {
  buildSchema,
  defaultFieldResolver,
  execute,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFieldResolver,
} from 'graphql';
import { Refusal } from '../model/refusal.ts';
import { actorFields, organizationFields } from './account-fields.ts';
import type { Asker } from './asker.ts';
import { commentFields } from './conversation-fields.ts';
import { checkMutations } from './check-mutations.ts';
import { blobFields, commitFields, refFields, treeFields } from './git-fields.ts';
import { mutationFields } from './mutations.ts';
import { forcePushFields, pullFields, reviewFields } from './pull-fields.ts';
import { queryFields } from './queries.ts';
import { entryFields, queueFields } from './queue-fields.ts';
import { refMutations } from './ref-mutations.ts';
import { repositoryFields } from './repository-fields.ts';
import type { Fields } from './sources.ts';
import { teamFields } from './team-fields.ts';

/** A part of GitHub's own schema: what it does not hold is refused as unknown. */
export const schema = buildSchema(readFileSync(new URL('github.graphql', import.meta.url), 'utf8'), {
  assumeValid: true,
});

/** By type; any other has what its parent made. */
export const fieldsOf: Readonly<Record<string, Fields<never>>> = {
  Query: queryFields,
  Mutation: { ...mutationFields, ...checkMutations, ...refMutations },
  User: actorFields,
  Bot: actorFields,
  Organization: organizationFields,
  Repository: repositoryFields,
  Ref: refFields,
  Commit: commitFields,
  Tree: treeFields,
  Blob: blobFields,
  PullRequest: pullFields,
  PullRequestReview: reviewFields,
  IssueComment: commentFields,
  Team: teamFields,
  HeadRefForcePushedEvent: forcePushFields,
  MergeQueue: queueFields,
  MergeQueueEntry: entryFields,
};

const resolve: GraphQLFieldResolver<unknown, Asker> = (source, args, asker, info) => {
  const field = fieldsOf[info.parentType.name]?.[info.fieldName];
  return field
    ? field(source as never, args as never, asker)
    : defaultFieldResolver(source, args, asker, info);
};

export interface GraphQLRequest {
  query: string;
  variables?: Record<string, unknown> | null | undefined;
  operationName?: string | null | undefined;
}

/** The answer to a query or mutation, with errors as GitHub words them: always 200. */
export async function answerQuery(asker: Asker, request: GraphQLRequest): Promise<object> {
  const document = readQuery(request.query);
  if (Array.isArray(document)) return { errors: document };
  const { data, errors } = await execute({
    schema,
    document,
    contextValue: asker,
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? undefined,
    fieldResolver: resolve,
  });
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors ? { errors: errors.map(described) } : {}),
  };
}

/** What was read before, up to so many: a program asks the same over and over. */
const documents = new Map<string, DocumentNode>();
const mostDocuments = 100;

/** The query as it can be executed, or what is wrong with it. */
function readQuery(query: string): DocumentNode | object[] {
  const known = documents.get(query);
  if (known) return known;
  try {
    const document = parse(query);
    const invalid = validate(schema, document);
    if (invalid.length > 0) return invalid.map(unknownField);
    if (documents.size < mostDocuments) documents.set(query, document);
    return document;
  } catch (error) {
    if (error instanceof GraphQLError) return [described(error)];
    throw error;
  }
}

function described({ message, path, locations, extensions, originalError }: GraphQLError) {
  const at = { ...(path ? { path } : {}), ...(locations ? { locations } : {}) };
  if (originalError instanceof Refusal) {
    const reasons = originalError.errors?.map((error) =>
      typeof error === 'string' ? error : (error.message ?? `${error.field} ${error.code}`),
    );
    return { type: typeOf(originalError), ...at, message: reasons?.join(', ') ?? message };
  }
  if (originalError && !(originalError instanceof GraphQLError)) {
    console.error(originalError);
    return { ...at, message: 'Something went wrong while executing your query.' };
  }
  const { type } = extensions;
  return { ...(type === undefined ? {} : { type }), ...at, message };
}

function typeOf({ status }: Refusal): string {
  if (status === 404) return 'NOT_FOUND';
  return status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE';
}

/** A field that the schema lacks, in GitHub's words; anything else that is wrong, in those of the `graphql` package. */
function unknownField(error: GraphQLError) {
  const [, fieldName, typeName] = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message) ?? [];
  if (fieldName === undefined) return described(error);
  return {
    ...described(error),
    extensions: { code: 'undefinedField', typeName, fieldName },
    message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
  };
}
