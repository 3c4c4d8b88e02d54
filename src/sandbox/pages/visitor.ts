import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { User } from '../model/account.ts';
import { activeMemberIds } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { Refusal, type FieldError } from '../model/refusal.ts';

/** Answers a request of the API, as the server does that listens. */
export type Api = (request: Request, env: object) => Response | Promise<Response>;

/** Whoever looks at the pages. All that they read and do goes through the API with the token of the person they act as. */
export interface Visitor {
  /** null: they have not said whom they act as. */
  readonly login: string | null;
  /** What the API answers; throws its refusal. */
  readonly read: <Data>(path: string) => Promise<Data>;
  /** Every page of a list. */
  readAll<Item>(path: string): Promise<Item[]>;
  /** Asks for a change; throws the API's refusal. */
  send<Data>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Data>;
}

export interface PageEnv {
  Variables: { visitor: Visitor };
}

/** A person whom a visitor can act as. */
export interface Person {
  readonly login: string;
  readonly name: string | null;
  readonly teams: readonly string[];
}

/** The cookie holds a login and no token: a browser sends cookies to every port of a host. */
export const personCookie = 'sandbox_person';

const longestPage = 100;

/** Who looks at the pages, by their cookie; a login that nobody has is nobody. */
export function visitorOf(c: Context<PageEnv>, github: GitHub, api: Api): Visitor {
  const login = getCookie(c, personCookie);
  const [user, token] = tokens(github).find(([{ login: name }]) => name === login) ?? [];
  const send = async <Data>(method: string, path: string, body?: unknown): Promise<Data> => {
    const request = new Request(`${github.url}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        'user-agent': 'sandbox-pages',
        ...(token === undefined ? {} : { authorization: `token ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answered<Data>(await api(request, c.env as object));
  };
  const read = <Data>(path: string) => send<Data>('GET', path);
  return {
    login: user?.login ?? null,
    send,
    read,
    async readAll<Item>(path: string) {
      const all: Item[] = [];
      for (let page = 1; all.length === (page - 1) * longestPage; page += 1)
        all.push(
          ...(await read<Item[]>(`${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`)),
        );
      return all;
    },
  };
}

/** Everybody who has a token, with the teams they are in. */
export function peopleOf(github: GitHub): Person[] {
  const organizations = [...github.organizations.values()];
  return tokens(github).map(([{ id, login, name }]) => ({
    login,
    name,
    teams: organizations.flatMap((organization) =>
      [...organization.teams.values()].flatMap((team) =>
        activeMemberIds(organization, team).includes(id) ? [team.slug] : [],
      ),
    ),
  }));
}

function tokens(github: GitHub): [User, string][] {
  const first = new Map<User, string>();
  for (const viewer of github.tokens.values())
    if (viewer.kind === 'user' && !first.has(viewer.user)) first.set(viewer.user, viewer.token);
  return [...first];
}

/** The body of an answer, or what GitHub says against it. */
async function answered<Data>(response: Response): Promise<Data> {
  const text = await response.text();
  const data = parsed(text);
  if (response.ok) return data as Data;
  const { message = `GitHub answered ${response.status}`, errors } = data as {
    readonly message?: string;
    readonly errors?: readonly FieldError[];
  };
  throw new Refusal(response.status as Refusal['status'], message, Array.isArray(errors) ? { errors } : {});
}

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}
