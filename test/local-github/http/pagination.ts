// Pages of lists, with GitHub's Link header.
// https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api

import type { ApiRequest, Reply } from "./route.ts";

const PER_PAGE_DEFAULT = 30;
const PER_PAGE_MAX = 100;

export interface Page {
  readonly number: number;
  readonly size: number;
}

/** The requested page; too large sizes are reduced and invalid values become the default, as on GitHub. */
export function pageOf({ url }: Pick<ApiRequest, "url">, sizeDefault = PER_PAGE_DEFAULT): Page {
  const size = Math.min(positive(url, "per_page") ?? sizeDefault, PER_PAGE_MAX);
  return { number: positive(url, "page") ?? 1, size };
}

/** One page of a list; `wrap` puts it into an object if the route returns one. */
export function paged<Item>(
  request: ApiRequest,
  items: readonly Item[],
  wrap: (page: Item[], total: number) => unknown = (page) => page,
): Reply {
  const page = pageOf(request);
  const start = (page.number - 1) * page.size;
  const json = wrap(items.slice(start, start + page.size), items.length);
  return { status: 200, json, headers: linkHeader(request.url, page, items.length) };
}

/** `Link` with prev, next, last and first, as far as these pages exist. */
export function linkHeader(url: URL, page: Page, total: number): Record<string, string> {
  const last = Math.max(1, Math.ceil(total / page.size));
  const targets = [
    ["prev", page.number > 1 ? Math.min(page.number - 1, last) : null],
    ["next", page.number < last ? page.number + 1 : null],
    ["last", page.number < last ? last : null],
    ["first", page.number > 1 ? 1 : null],
  ] as const;
  const links = targets.flatMap(([relation, number]) => {
    if (number === null) return [];
    const target = new URL(url);
    target.searchParams.set("page", String(number));
    return [`<${target.href}>; rel="${relation}"`];
  });
  return links.length === 0 ? {} : { link: links.join(", ") };
}

function positive(url: URL, name: string): number | null {
  const value = Number(url.searchParams.get(name));
  return Number.isInteger(value) && value > 0 ? value : null;
}
