import { refused } from './asker.ts';

export interface Page {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

const MOST = 100;

/** One page of a list, as GitHub's connections have it: `first` or `last` must say how much, at most 100, unless it is only counted. */
export function connection<Item, Node>(
  name: string,
  items: readonly Item[],
  page: Page,
  view: (item: Item) => Node,
) {
  return {
    totalCount: items.length,
    nodes: () => items.slice(...rangeOf(name, items.length, page)).map(view),
    pageInfo: () => {
      const [start, end] = rangeOf(name, items.length, page);
      return {
        hasNextPage: end < items.length,
        hasPreviousPage: start > 0,
        startCursor: end > start ? cursorAt(start + 1) : null,
        endCursor: end > start ? cursorAt(end) : null,
      };
    },
  };
}

/** Where a page starts and ends. */
function rangeOf(name: string, count: number, { first, last, after, before }: Page): [number, number] {
  const size = first ?? last;
  if (size === undefined || size === null)
    throw refused(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  if (size > MOST)
    throw refused(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${first ? 'first' : 'last'}\` limit of ${MOST} records.`,
    );
  const from = after ? positionOf(after) : 0;
  const to = before ? positionOf(before) - 1 : count;
  return first ? [from, Math.min(to, from + size)] : [Math.max(from, to - size), to];
}

function cursorAt(position: number): string {
  return Buffer.from(`cursor:${position}`).toString('base64');
}

function positionOf(cursor: string): number {
  const [, position] = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  if (position === undefined)
    throw refused('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  return Number(position);
}
