import type { RequestsRepository } from './requests-repository.ts';

/**
 * Asks GitHub's GraphQL API. It answers 200 with `errors` beside the data that it could read: the client throws for any of them, so that a field which
 * could not be read is never an empty answer.
 */
export function ask<Answer>(
  { octokit }: RequestsRepository,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return octokit.graphql<Answer>(query, variables);
}

/** Whether GitHub answered that there is no such thing at this path of the query, and had nothing else to say. */
export function isMissing(error: unknown, ...path: string[]): boolean {
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) return false;
  const errors: readonly { readonly type?: string; readonly path?: readonly unknown[] }[] = error.errors;
  return (
    errors.length > 0 &&
    errors.every(({ type, path: at = [] }) => type === 'NOT_FOUND' && at.join() === path.join())
  );
}

/** What GraphQL tells of an account, by this fragment. */
export interface Actor {
  readonly __typename: string;
  readonly login: string;
  readonly databaseId?: number | null;
}

export const actorFields = `fragment actorFields on Actor {
  __typename login
  ... on User { databaseId } ... on Bot { databaseId } ... on Mannequin { databaseId } ... on Organization { databaseId }
}`;

/** A part of a list, and where the next begins. */
export interface Page<Node> {
  readonly totalCount: number;
  readonly nodes: readonly (Node | null)[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The nodes of a page. GitHub's schema lets any of them be null: such a one could not be read. */
export function nodesOf<Node>({ nodes }: Pick<Page<Node>, 'nodes'>): Node[] {
  return nodes.map((node) => {
    if (node === null) throw new Error('GitHub leaves something out of a list: look again');
    return node;
  });
}
