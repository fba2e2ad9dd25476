import { isSpellingOf, SETTINGS_PATH } from "../../../repository-settings/settings-file.ts";
import { OrbError } from "../../../errors.ts";
import type { RepositoryAccess } from "../../wire/repository-access.ts";
import { type BaseTree, HOMES, readBaseTrees } from "./base-tree.ts";
import type { RepositoryFiles, TextFile, UnreadFile } from "./repository-files.ts";
import { isUnread, linked, misnamed, toTextFile } from "./text-blob.ts";

/** "CODEOWNERS files must be under 3 MB in size." */
const CODE_OWNERS_BYTES_MAX = 2_999_999;
const LABELER_PATH = ".github/labeler.yml";
const TEMPLATES_FOLDER = ".github/orb";
/** As in git, `HEAD` of a repository on GitHub is its default branch. */
const DEFAULT_BRANCH = "HEAD";

/**
 * The files, and in `unread` those that could not be read: otherwise they would look as if they did not exist.
 * Unreadable settings are in `settings` itself, not in `unread`.
 */
export interface BaseFiles extends RepositoryFiles {
  readonly unread: readonly UnreadFile[];
}

/** The result for a commit that has none of the files. */
export const NO_FILES: BaseFiles = {
  settings: null,
  labeler: null,
  gitAttributes: null,
  codeOwners: null,
  pullRequestTemplates: [],
  templates: new Map(),
  unread: [],
};

/**
 * Reads the files of a commit that say how its repository wants pull requests: one request, and one more if CODEOWNERS is
 * longer than the half a megabyte that GraphQL shows.
 *
 * @param commit a full commit id: the answer can't change, so it is cached as long as there is room
 * @throws OrbError `github_unavailable` if GitHub does not show the commit, which differs from a commit without files
 */
export function readBaseFiles(access: RepositoryAccess, commit: string): Promise<BaseFiles> {
  const read = async () => {
    const [tree = null] = await readBaseTrees(access, [commit]);
    return filesOf(access, { tree, revision: commit, shown: ofBase(commit) });
  };
  return access.files.get(access.key(commit), read, charactersOf);
}

/**
 * The same for a commit and for the default branch as it is now, in one request. The default branch moves, so this is not cached.
 *
 * @throws OrbError as {@link readBaseFiles}
 */
export async function readBaseAndDefaultFiles(
  access: RepositoryAccess,
  commit: string,
): Promise<{ readonly base: BaseFiles; readonly defaults: BaseFiles }> {
  const [base = null, defaults = null] = await readBaseTrees(access, [commit, DEFAULT_BRANCH]);
  return {
    base: await filesOf(access, { tree: base, revision: commit, shown: ofBase(commit) }),
    defaults: await filesOf(access, {
      tree: defaults,
      revision: DEFAULT_BRANCH,
      shown: "the default branch",
    }),
  };
}

function ofBase(commit: string): string {
  return `the commit ${commit} of the base branch`;
}

/** The total length of the files' texts, in characters. */
export function charactersOf({ settings, labeler, gitAttributes, codeOwners, ...lists }: BaseFiles): number {
  const files = [
    settings,
    labeler,
    gitAttributes,
    codeOwners,
    ...lists.pullRequestTemplates,
    ...lists.templates.values(),
  ];
  return files.reduce((total, file) => total + (file && "text" in file ? file.text.length : 0), 0);
}

async function filesOf(
  access: RepositoryAccess,
  { tree, revision, shown }: { tree: BaseTree | null; revision: string; shown: string },
): Promise<BaseFiles> {
  if (!tree) throw notShown(shown);
  const path = codeOwnersPath(tree);
  const blob = path === undefined ? undefined : tree.blobs.get(path);
  if (path === undefined || !blob?.isTruncated || blob.byteSize > CODE_OWNERS_BYTES_MAX) return pick(tree);
  const text = await readWhole(access, { path, revision });
  return pick({ ...tree, blobs: new Map([...tree.blobs, [path, { ...blob, text }]]) });
}

/** Of a file of any length. https://docs.github.com/en/rest/repos/contents#get-repository-content */
function readWhole(
  access: RepositoryAccess,
  { path, revision }: { path: string; revision: string },
): Promise<string> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
      ...access.route,
      path,
      ref: revision,
      mediaType: { format: "raw" },
    });
    // The declared type is that of the JSON that we do not ask for. Octokit returns a text that broke off as an empty one.
    const text: unknown = data;
    if (typeof text !== "string" || text === "") throw noAnswer(path);
    return text;
  });
}

function codeOwnersPath({ blobs }: BaseTree): string | undefined {
  return HOMES.map((home) => `${home}CODEOWNERS`).find((path) => blobs.has(path));
}

function pick(tree: BaseTree): BaseFiles {
  const { blobs, links } = tree;
  const unread: UnreadFile[] = [];
  const find = (path: string | undefined, bytesMax?: number): TextFile | UnreadFile | null => {
    const blob = path === undefined ? undefined : blobs.get(path);
    if (path === undefined || !blob) return null;
    return links.has(path) ? linked(path, blob) : toTextFile(path, blob, bytesMax);
  };
  const read = (path: string | undefined, bytesMax?: number): TextFile | null => {
    const file = find(path, bytesMax);
    if (!file || !isUnread(file)) return file;
    unread.push(file);
    return null;
  };
  const paths = [...blobs.keys()];
  const templates = paths.flatMap((path) => {
    const [, name] = /^\.github\/orb\/([^/]+)\.md$/.exec(path) ?? [];
    const file = name === undefined ? null : read(path);
    return name !== undefined && file ? [[name, file] as const] : [];
  });
  const files = {
    settings: find(SETTINGS_PATH) ?? settingsElsewhere(tree),
    labeler: read(LABELER_PATH),
    gitAttributes: read(".gitattributes"),
    codeOwners: read(codeOwnersPath(tree), CODE_OWNERS_BYTES_MAX),
    pullRequestTemplates: templatePaths(paths).flatMap((path) => read(path) ?? []),
    templates: new Map(templates),
  };
  return { ...files, unread: [...unread, ...passedOver(tree)] };
}

/** What people take for the settings: their folder is a link, or their name is spelt differently. */
function settingsElsewhere({ blobs, links }: BaseTree): UnreadFile | null {
  for (const [path, blob] of blobs) {
    if (path === ".github" && links.has(path)) return linked(path, blob);
    if (isOtherSpelling(path, SETTINGS_PATH)) return misnamed(path, blob, SETTINGS_PATH);
  }
  return null;
}

/** What people put where files are read, and what is not read because of its name or because a link leads there. */
function passedOver({ blobs, links }: BaseTree): UnreadFile[] {
  return [...blobs].flatMap(([path, blob]) => {
    if (path === TEMPLATES_FOLDER && links.has(path)) return linked(path, blob);
    // Without the right one, the other spelling of the settings is reported in its place.
    if (isOtherSpelling(path, SETTINGS_PATH) && blobs.has(SETTINGS_PATH))
      return misnamed(path, blob, SETTINGS_PATH);
    return isOtherSpelling(path, LABELER_PATH) ? misnamed(path, blob, LABELER_PATH) : [];
  });
}

function isOtherSpelling(found: string, path: string): boolean {
  return found !== path && isSpellingOf(path, found);
}

/**
 * The template that GitHub fills in by default, then those that users choose by name. "Template filenames are not
 * case sensitive, and can have an extension such as .md or .txt":
 * https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/creating-a-pull-request-template-for-your-repository
 */
function templatePaths(paths: readonly string[]): string[] {
  const single = HOMES.flatMap((home) =>
    paths.filter((path) => /^pull_request_template(\.md|\.txt)?$/i.test(after(home, path) ?? "")),
  );
  const named = HOMES.flatMap((home) =>
    paths.filter((path) => /^pull_request_template\/[^/]+\.(md|txt)$/i.test(after(home, path) ?? "")),
  );
  return [...single.slice(0, 1), ...named];
}

function after(home: string, path: string): string | null {
  return path.startsWith(home) ? path.slice(home.length) : null;
}

function noAnswer(path: string): OrbError {
  return new OrbError({
    code: "github_unavailable",
    reason: `GitHub did not send all of ${path}.`,
    remedy: "No action needed: the bot checks GitHub and tries again.",
  });
}

/** GitHub named the commit a moment ago, so it exists; the GitHub server that we asked does not have it yet. */
function notShown(what: string): OrbError {
  return new OrbError({
    code: "github_unavailable",
    reason: `GitHub does not show ${what} yet.`,
    remedy: "No action needed: the bot checks GitHub and tries again.",
  });
}
