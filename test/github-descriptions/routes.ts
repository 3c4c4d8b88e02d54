import { openFaults } from '../../src/sandbox/model/faults.ts';
import { emptyGitHub } from '../../src/sandbox/model/github-memory.ts';
import { restRoutes } from '../../src/sandbox/routes/server.ts';
import { openDeliveryQueue } from '../../src/sandbox/webhooks/deliveries.ts';

/** A route of the sandbox as it is declared: `/repos/:owner/:repo/git/ref/:ref{.+}`. */
export interface Route {
  method: string;
  path: string;
}

/** Every route of the REST API that the sandbox answers. */
export function sandboxRoutes(): Route[] {
  const github = emptyGitHub(
    () => new Date(0),
    () => '',
    () => Promise.resolve(),
  );
  const queue = openDeliveryQueue(() => github.nextId(), openFaults());
  return [
    { method: 'GET', path: '/rate_limit' },
    ...restRoutes(github, queue).flatMap(({ routes }) =>
      routes.map(({ method, path }) => ({ method, path })),
    ),
  ];
}

/** `GET /repos/{}/{}/git/ref/{}`: how a route and GitHub's path are told to be the same. */
export function shapeOf({ method, path }: Route): string {
  return `${method.toUpperCase()} ${path.replace(/\{[^}]*\+\}/g, '').replace(/:\w+|\{\w+\}/g, '{}')}`;
}

/** Routes that GitHub answers and its description does not list, with the operation that they answer as. */
const UNLISTED: Readonly<Record<string, string>> = {
  // The repository's root: the description has it with an empty path.
  'GET /repos/{}/{}/contents': 'GET /repos/{}/{}/contents/{}',
  'GET /repos/{}/{}/contents/': 'GET /repos/{}/{}/contents/{}',
  // By id, which stays when the name changes; every repository's payload of older days refers to it.
  'GET /repositories/{}': 'GET /repos/{}/{}',
};

/** GraphQL has a schema of its own, which the sandbox executes. */
const OTHERS = new Set(['POST /graphql']);

/** The operation of GitHub's description that a route answers; null where it is held against another description. */
export function operationOf(route: Route): string | null {
  const shape = shapeOf(route);
  return OTHERS.has(shape) ? null : (UNLISTED[shape] ?? shape);
}

/** The operations that the sandbox answers. */
export function describedShapes(): ReadonlySet<string> {
  return new Set(sandboxRoutes().flatMap((route) => operationOf(route) ?? []));
}
