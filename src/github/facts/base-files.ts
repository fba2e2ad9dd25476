import { SETTINGS_PATH } from "../../repository-settings/settings-file.ts";
import { OrbError } from "../../errors.ts";
import { type GraphqlDocument, graphqlDocument } from "../wire/graphql-document.ts";
import { askWhole } from "../wire/partial-answer.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import type { RepositoryFiles, TextFile, UnreadFile } from "./repository-files.ts";
import { type Blob, isUnread, toTextFile } from "./text-blob.ts";

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

// Where GitHub looks for community health files, in its order:
// https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions
const HOMES = [".github/", "", "docs/"] as const;

const FOLDERS = [".github", ".github/orb", ...HOMES.map((home) => `${home}PULL_REQUEST_TEMPLATE`)];

// The root and `docs/` may hold thousands of files, so we request the ones that matter by name: as GitHub's
// documentation spells them, and as people do.
const FILES = [
  ".gitattributes",
  ...["", "docs/"].flatMap((home) => [
    `${home}CODEOWNERS`,
    `${home}pull_request_template.md`,
    `${home}PULL_REQUEST_TEMPLATE.md`,
  ]),
];

const PATHS = [...FOLDERS, ...FILES];

/** As in git, `HEAD` of a repository on GitHub is its default branch. */
const DEFAULT_BRANCH = "HEAD";

const OF_ONE_COMMIT = documentFor(1);
const OF_TWO_COMMITS = documentFor(2);

function documentFor(revisions: 1 | 2): GraphqlDocument {
  const names = Array.from({ length: revisions }, (_none, which) => [
    `commit${which}`,
    ...PATHS.map((_path, index) => fieldOf(which, index)),
  ]).flat();
  const fieldFor = (name: string) => {
    const selection = name.startsWith("commit") ? "oid" : "...Found";
    return `${name}: object(expression: $${name}) { ${selection} }`;
  };
  return graphqlDocument(
    "query BaseFiles",
    `($owner: String!, $name: String!, ${names.map((name) => `$${name}: String!`).join(", ")}) {
  repository(owner: $owner, name: $name) {
    ${names.map(fieldFor).join("\n    ")}
  }
}
fragment Found on GitObject {
  ...Text
  ... on Tree { entries { name object { ...Text } } }
}
fragment Text on Blob { oid byteSize text }`,
  );
}

function fieldOf(which: number, index: number): string {
  return `at${which}_${index}`;
}

interface Folder {
  readonly entries: readonly { readonly name: string; readonly object: Blob | object | null }[] | null;
}
type Found = Blob | Folder | object | null;

interface Answer {
  readonly repository: Readonly<Record<string, Found>> | null;
}

/**
 * Reads the files of a commit that say how its repository wants pull requests, in one request.
 *
 * @param commit a full commit id: the answer can't change, so it is cached as long as there is room
 * @throws OrbError `github_unavailable` if GitHub does not show the commit, which differs from a commit without files
 */
export function readBaseFiles(access: RepositoryAccess, commit: string): Promise<BaseFiles> {
  const read = async () => filesOf(await ask(access, OF_ONE_COMMIT, [commit]), 0, ofBase(commit));
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
  const found = await ask(access, OF_TWO_COMMITS, [commit, DEFAULT_BRANCH]);
  return { base: filesOf(found, 0, ofBase(commit)), defaults: filesOf(found, 1, "the default branch") };
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

async function ask(
  access: RepositoryAccess,
  document: GraphqlDocument,
  revisions: readonly string[],
): Promise<Answer["repository"]> {
  const variables = revisions.flatMap((revision, which) => [
    [`commit${which}`, revision],
    ...PATHS.map((path, index) => [fieldOf(which, index), `${revision}:${path}`]),
  ]);
  const { owner, name } = access;
  const { repository } = await askWhole<Answer>(access, document, {
    owner,
    name,
    ...Object.fromEntries(variables),
  });
  return repository;
}

function filesOf(repository: Answer["repository"], which: number, shown: string): BaseFiles {
  if (!repository?.[`commit${which}`]) throw notShown(shown);
  const blobs = new Map<string, Blob>();
  for (const [index, path] of PATHS.entries()) {
    for (const [place, blob] of blobsOf(path, repository[fieldOf(which, index)] ?? null))
      blobs.set(place, blob);
  }
  return pick(blobs);
}

function* blobsOf(path: string, found: Found): Generator<[path: string, blob: Blob]> {
  if (found === null) return;
  if ("oid" in found) yield [path, found];
  if (!("entries" in found)) return;
  for (const { name, object } of found.entries ?? []) {
    if (object !== null && "oid" in object) yield [`${path}/${name}`, object];
  }
}

function pick(blobs: ReadonlyMap<string, Blob>): BaseFiles {
  const unread: UnreadFile[] = [];
  const find = (path: string | undefined): TextFile | UnreadFile | null => {
    const blob = path === undefined ? undefined : blobs.get(path);
    return path === undefined || !blob ? null : toTextFile(path, blob);
  };
  const read = (path: string | undefined): TextFile | null => {
    const file = find(path);
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
  return {
    settings: find(SETTINGS_PATH),
    labeler: read(".github/labeler.yml"),
    gitAttributes: read(".gitattributes"),
    codeOwners: read(HOMES.map((home) => `${home}CODEOWNERS`).find((path) => blobs.has(path))),
    pullRequestTemplates: templatePaths(paths).flatMap((path) => read(path) ?? []),
    templates: new Map(templates),
    unread,
  };
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

/** GitHub named the base's commit a moment ago, so it exists; the GitHub server that we asked does not have it yet. */
function notShown(what: string): OrbError {
  return new OrbError({
    code: "github_unavailable",
    reason: `GitHub does not show ${what} yet.`,
    remedy: "No action needed: the bot checks GitHub and tries again.",
  });
}
