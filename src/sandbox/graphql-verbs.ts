import type { Answer } from './actor.ts';

/** What GraphQL answered: `errors` where GitHub refused, with status 200 all the same. */
export interface GraphQLAnswer {
  data?: Record<string, unknown> | null;
  errors?: { type?: string; path?: string[]; message: string }[];
}

/** What people do to a pull request that REST has no endpoint for. */
export interface GraphQLVerbs {
  /** Any query or mutation. */
  asks(query: string, variables?: Record<string, unknown>): Promise<Answer<GraphQLAnswer>>;
  /** Into the merge queue of its base; `jump`: to the front, for administrators. */
  enqueues(pull: number, options?: { jump?: boolean }): Promise<Answer<GraphQLAnswer>>;
  dequeues(pull: number): Promise<Answer<GraphQLAnswer>>;
  marksReady(pull: number): Promise<Answer<GraphQLAnswer>>;
  convertsToDraft(pull: number): Promise<Answer<GraphQLAnswer>>;
  /** Merged by GitHub as soon as nothing stands against it. */
  enablesAutoMerge(
    pull: number,
    options?: { method?: 'MERGE' | 'SQUASH' | 'REBASE' },
  ): Promise<Answer<GraphQLAnswer>>;
  disablesAutoMerge(pull: number): Promise<Answer<GraphQLAnswer>>;
}

/** The verbs over a person's own requests; `idOf` gives the node id of a pull request. */
export function graphqlVerbs(
  request: (method: string, path: string, body: unknown) => Promise<Answer>,
  idOf: (pull: number) => string,
): GraphQLVerbs {
  const asks: GraphQLVerbs['asks'] = (query, variables = {}) =>
    request('POST', '/graphql', { query, variables });
  const mutates = (mutation: string, input: Record<string, unknown>) => {
    const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input!`;
    return asks(`mutation ($input: ${type}) { ${mutation}(input: $input) { clientMutationId } }`, { input });
  };
  const onPull = (mutation: string) => (pull: number) => mutates(mutation, { pullRequestId: idOf(pull) });
  return {
    asks,
    enqueues: (pull, { jump = false } = {}) =>
      mutates('enqueuePullRequest', { pullRequestId: idOf(pull), jump }),
    dequeues: (pull) => mutates('dequeuePullRequest', { id: idOf(pull) }),
    marksReady: onPull('markPullRequestReadyForReview'),
    convertsToDraft: onPull('convertPullRequestToDraft'),
    enablesAutoMerge: (pull, { method = 'MERGE' } = {}) =>
      mutates('enablePullRequestAutoMerge', { pullRequestId: idOf(pull), mergeMethod: method }),
    disablesAutoMerge: onPull('disablePullRequestAutoMerge'),
  };
}
