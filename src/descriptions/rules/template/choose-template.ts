import type { TextFile } from "../../../github/facts/files/repository-files.ts";
import type { ChangeType } from "../../../changes/rules/change-type.ts";

const FOLDER = /(?:^|\/)pull_request_template\//i;

/**
 * The pull request template of a repository that fits a change: the one in a `PULL_REQUEST_TEMPLATE` folder that
 * is named like its type, or else the default one.
 * https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/creating-a-pull-request-template-for-your-repository
 */
export function chooseTemplate(files: readonly TextFile[], type: ChangeType): TextFile | null {
  const named = files.find(({ path }) => FOLDER.test(path) && nameOf(path) === type);
  return named ?? files.find(({ path }) => !FOLDER.test(path)) ?? null;
}

function nameOf(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/\.\w+$/, "")
    .toLowerCase();
}
