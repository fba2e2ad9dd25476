import { type ChangedFile, toChangedFile } from "./comparison.ts";
import type { ChangeTotals } from "./rules/change-totals.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

// https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files: at most 3 000 files
const PAGE_ITEMS = 100;
const PAGES_MAX = 30;

/** The files that a pull request changes. */
export interface PullRequestFiles {
  readonly files: readonly ChangedFile[];
  /** Of the whole change, including files that GitHub does not list. */
  readonly total: ChangeTotals;
  /** There are more files than `files` holds. */
  readonly truncated: boolean;
}

/**
 * One request for the totals and one for each hundred files, in sequence as GitHub asks for. A push in between shows
 * in some pages and not in others; a caller that needs consistent pages compares the head before and after.
 */
export async function listPullRequestFiles(
  access: RepositoryAccess,
  number: number,
): Promise<PullRequestFiles> {
  return access.ask(async (octokit) => {
    const route = { ...access.route, pull_number: number };
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", route);
    const total = { files: data.changed_files, additions: data.additions, deletions: data.deletions };
    const files: ChangedFile[] = [];
    for (let page = 1; page <= PAGES_MAX && files.length < total.files; page++) {
      const { data: listed } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
        ...route,
        per_page: PAGE_ITEMS,
        page,
      });
      files.push(...listed.map(toChangedFile));
      if (listed.length < PAGE_ITEMS) break;
    }
    return { files, total, truncated: files.length < total.files };
  });
}
