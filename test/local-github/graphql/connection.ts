// Lists as GraphQL pages them. https://docs.github.com/graphql/guides/using-pagination-in-the-graphql-api

import type { Fields } from "./context.ts";
import { GraphQLRefusal } from "./graphql-refusal.ts";

const PAGE_SIZE_MAX = 100;

export interface PageArguments {
  readonly first?: number;
  readonly after?: string;
  readonly last?: number;
  readonly before?: string;
}

/**
 * One page of a list as a connection named `name` (for the messages). Like GitHub, it requires `first` or
 * `last`, of at most 100.
 */
export function connection<Item>(
  name: string,
  items: readonly Item[],
  page: PageArguments,
  show: (item: Item) => Fields,
): Record<string, unknown> {
  refuseUnbounded(name, page);
  let start = page.after ? positionOf(page.after) : 0;
  let end = page.before ? positionOf(page.before) - 1 : items.length;
  if (page.first !== undefined) end = Math.min(end, start + page.first);
  if (page.last !== undefined) start = Math.max(start, end - page.last);
  const shown = items.slice(start, end).map(show);
  const edges = shown.map((node, index) => ({ node, cursor: cursorOf(start + index + 1) }));
  return {
    totalCount: items.length,
    nodes: shown,
    edges,
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function refuseUnbounded(name: string, { first, last }: PageArguments): void {
  if (first === undefined && last === undefined) {
    throw new GraphQLRefusal(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  for (const [bound, size] of Object.entries({ first, last })) {
    if (size === undefined || (size >= 0 && size <= PAGE_SIZE_MAX)) continue;
    throw new GraphQLRefusal(
      "EXCESSIVE_PAGINATION",
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${PAGE_SIZE_MAX} records.`,
    );
  }
}

/** GitHub's cursors encode a position, counted from 1. */
function cursorOf(position: number): string {
  return Buffer.from(`cursor:v2:${position}`).toString("base64");
}

function positionOf(cursor: string): number {
  const [, position] = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, "base64").toString()) ?? [];
  if (position === undefined) {
    throw new GraphQLRefusal(
      "INVALID_CURSOR_ARGUMENTS",
      `\`${cursor}\` does not appear to be a valid cursor.`,
    );
  }
  return Number(position);
}
