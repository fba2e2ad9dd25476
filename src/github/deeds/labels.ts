import { isGitHubFailure } from "../wire/failure.ts";
import { PAGE_ITEMS, readPages } from "../wire/pages.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

const LABELS_KNOWN_MS = 5 * 60_000;
/** Hardly any repository has more than a thousand labels. Others are asked for by name. */
const LABEL_PAGES_MAX = 10;
const LABELS = "labels";

export interface LabelLook {
  readonly name: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  readonly description: string;
}

interface KnownLabels {
  /** By name in lower case. */
  readonly ids: Map<string, string>;
  /** `false` if the repository has more labels than are listed. */
  readonly complete: boolean;
}

/**
 * Node ids of the repository's labels, by name in lower case: GitHub's label names ignore case.
 *
 * @param names of labels that are looked for: in a repository with more labels than are listed, one request each
 */
export async function readLabelIds(
  access: RepositoryAccess,
  names: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> {
  const { ids: listed, complete } = await listLabels(access);
  const ids = new Map(listed);
  const missing = complete ? [] : names.filter((name) => !ids.has(name.toLowerCase()));
  for (const name of missing) {
    const id = await readLabelId(access, name);
    if (id !== null) ids.set(name.toLowerCase(), id);
  }
  return ids;
}

/** https://docs.github.com/en/rest/issues/labels#list-labels-for-a-repository */
function listLabels(access: RepositoryAccess): Promise<KnownLabels> {
  return access.cached(LABELS, LABELS_KNOWN_MS, async (octokit, headers) => {
    let etag: string | undefined;
    const { items, complete } = await readPages(async (page) => {
      const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}/labels", {
        ...access.route,
        per_page: PAGE_ITEMS,
        page,
        // The ETag is the first page's. A new label on a later page may be missed; creating it shows that it exists.
        ...(page === 1 && { headers }),
      });
      etag ??= got.etag;
      return data;
    }, LABEL_PAGES_MAX);
    const ids = new Map(items.map((label) => [label.name.toLowerCase(), label.node_id]));
    return { value: { ids, complete }, etag };
  });
}

/**
 * The node id of a label by its name; `null` if the repository has none of this name.
 * https://docs.github.com/en/rest/issues/labels#get-a-label
 */
export async function readLabelId(access: RepositoryAccess, name: string): Promise<string | null> {
  try {
    return await access.ask(async (octokit) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/labels/{name}", {
        ...access.route,
        name,
      });
      return data.node_id;
    });
  } catch (error) {
    if (isGitHubFailure(error, "not_found")) return null;
    throw error;
  }
}

export function forgetLabels(access: RepositoryAccess): void {
  access.forget(LABELS);
}

/**
 * https://docs.github.com/en/rest/issues/labels#create-a-label
 *
 * @returns its node id
 * @throws OrbError `already_exists` if somebody else created it first
 */
export async function createLabel(
  access: RepositoryAccess,
  { name, color, description }: LabelLook,
): Promise<string> {
  const id = await access.ask(async (octokit) => {
    const label = { ...access.route, name, color, description };
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/labels", label);
    return data.node_id;
  });
  const known = access.known(LABELS) as KnownLabels | undefined;
  known?.ids.set(name.toLowerCase(), id);
  return id;
}
