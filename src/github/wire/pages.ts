/** Items on a page of a list: GitHub's maximum. */
export const PAGE_ITEMS = 100;

/** Items of a list, in GitHub's order. */
interface Listed<T> {
  readonly items: readonly T[];
  /** `false` if there may be more than these: what is missing here may exist. */
  readonly complete: boolean;
}

/**
 * Reads a list page by page. https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 *
 * @param ask one page of `PAGE_ITEMS`; the first is 1. A shorter page is the last
 * @param pagesMax without it, all pages are read
 */
export async function readPages<T>(
  ask: (page: number) => Promise<readonly T[]>,
  pagesMax = Number.POSITIVE_INFINITY,
): Promise<Listed<T>> {
  const items: T[] = [];
  for (let page = 1; page <= pagesMax; page++) {
    const found = await ask(page);
    items.push(...found);
    if (found.length < PAGE_ITEMS) return { items, complete: true };
  }
  return { items, complete: false };
}
