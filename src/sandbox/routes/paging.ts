import type { Context } from 'hono';
import type { GitHub } from '../model/github.ts';
import type { Env } from './context.ts';

/** The page that a request asks for: 30 a page unless told, 100 at most. */
export function pageOf(c: Context<Env>): { page: number; perPage: number } {
  const number = (name: string, otherwise: number) => {
    const value = Number(c.req.query(name));
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return { page: number('page', 1), perPage: Math.min(100, number('per_page', 30)) };
}

/** One page of a list; says in the `Link` header where the others are. */
export function paged<T>(c: Context<Env>, github: GitHub, items: readonly T[]): T[] {
  const { page, perPage } = pageOf(c);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const links: string[] = [];
  const link = (rel: string, number: number) => {
    const url = new URL(c.req.url);
    url.searchParams.set('page', String(number));
    links.push(`<${github.url}${url.pathname}${url.search}>; rel="${rel}"`);
  };
  if (page > 1) link('prev', Math.min(page - 1, last));
  if (page < last) {
    link('next', page + 1);
    link('last', last);
  }
  if (page > 1) link('first', 1);
  if (links.length > 0) c.header('link', links.join(', '));
  return items.slice((page - 1) * perPage, page * perPage);
}

/** One page of a list that goes on after the item which a cursor names: it stays put while the list grows. */
export function pagedByCursor<T extends { id: number } | { number: number }>(
  c: Context<Env>,
  github: GitHub,
  items: readonly T[],
  parameter: 'after' | 'cursor',
): T[] {
  const { perPage } = pageOf(c);
  const cursorOf = (item: T) => String('number' in item ? item.number : item.id);
  const cursor = c.req.query(parameter);
  const rest =
    cursor === undefined ? items : items.slice(items.findIndex((item) => cursorOf(item) === cursor) + 1);
  const page = rest.slice(0, perPage);
  const last = page.at(-1);
  if (last !== undefined && page.length < rest.length) {
    const url = new URL(c.req.url);
    url.searchParams.set(parameter, cursorOf(last));
    c.header('link', `<${github.url}${url.pathname}${url.search}>; rel="next"`);
  }
  return page;
}
