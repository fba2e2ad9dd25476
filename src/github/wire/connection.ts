/** A page of a list in GraphQL. https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api */
export interface Connection<T> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  /** `null` if GitHub refused the list. */
  readonly nodes: readonly T[] | null;
}

/**
 * All items of a list of which the first page is known.
 *
 * @param askAfter asks for the page after a cursor; `null` if the list is gone
 * @param pagesMoreMax after the first one; without it, all pages are read
 */
export async function readFurther<T>(
  first: Connection<T>,
  askAfter: (cursor: string) => Promise<Connection<T> | null | undefined>,
  pagesMoreMax = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const found = [...(first.nodes ?? [])];
  let { hasNextPage, endCursor } = first.pageInfo;
  for (let page = 1; page <= pagesMoreMax && hasNextPage && endCursor !== null; page++) {
    const next = await askAfter(endCursor);
    if (!next) break;
    found.push(...(next.nodes ?? []));
    ({ hasNextPage, endCursor } = next.pageInfo);
  }
  return found;
}
