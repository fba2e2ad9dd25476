import type { RepositoryAccess } from "../wire/repository-access.ts";

const LABELS_KNOWN_MS = 5 * 60_000;
const PAGE_ITEMS = 100;
const LABEL_PAGES_MAX = 10;
const LABELS = "labels";

export interface LabelLook {
  readonly name: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  readonly description: string;
}

/** Node ids of the repository's labels, by name in lower case: GitHub's label names ignore case. */
export async function listLabelIds(access: RepositoryAccess): Promise<ReadonlyMap<string, string>> {
  return access.cached(LABELS, LABELS_KNOWN_MS, async (octokit, headers) => {
    const ids = new Map<string, string>();
    let etag: string | undefined;
    for (let page = 1; page <= LABEL_PAGES_MAX; page++) {
      const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}/labels", {
        ...access.route,
        per_page: PAGE_ITEMS,
        page,
        // The ETag is the first page's. A new label on a later page may be missed; creating it shows that it exists.
        ...(page === 1 && { headers }),
      });
      for (const label of data) ids.set(label.name.toLowerCase(), label.node_id);
      etag ??= got.etag;
      if (data.length < PAGE_ITEMS) break;
    }
    return { value: ids, etag };
  });
}

export function forgetLabels(access: RepositoryAccess): void {
  access.forget(LABELS);
}

/** @throws OrbError `already_exists` if somebody else created it first */
export async function createLabel(
  access: RepositoryAccess,
  { name, color, description }: LabelLook,
): Promise<void> {
  await access.ask((octokit) =>
    octokit.request("POST /repos/{owner}/{repo}/labels", { ...access.route, name, color, description }),
  );
  forgetLabels(access);
}
