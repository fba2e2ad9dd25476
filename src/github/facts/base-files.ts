import { SETTINGS_PATH } from "../../repository-settings/settings-file.ts";
import { OrbError, type Refusal } from "../../errors.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import { askWhole } from "../wire/partial-answer.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import type { RepositoryFiles, TextFile, UnreadFile } from "./repository-files.ts";
import { type Blob, isUnread, toTextFile } from "./text-blob.ts";

/**
 * The files, and in `unread` why others could not be read: otherwise they would look as if they did not exist.
 * Unreadable settings are in `settings` itself, not in `unread`.
 */
export interface BaseFiles extends RepositoryFiles {
  readonly unread: readonly Refusal[];
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

const QUERY = graphqlDocument(
  "query BaseFiles",
  `($owner: String!, $name: String!, $commit: String!, ${PATHS.map((_path, index) => `$at${index}: String!`).join(", ")}) {
  repository(owner: $owner, name: $name) {
    commit: object(expression: $commit) { oid }
    ${PATHS.map((_path, index) => `at${index}: object(expression: $at${index}) { ...Found }`).join("\n    ")}
  }
}
fragment Found on GitObject {
  ...Text
  ... on Tree { entries { name object { ...Text } } }
}
fragment Text on Blob { oid byteSize text }`,
);

interface Folder {
  readonly entries: readonly { readonly name: string; readonly object: Blob | object | null }[] | null;
}
type Found = Blob | Folder | object | null;

interface Answer {
  readonly repository:
    | ({ readonly commit: { readonly oid: string } | null } & Readonly<Record<string, Found>>)
    | null;
}

/**
 * Reads the files of a commit that say how its repository wants pull requests, in one request.
 *
 * @param commit a full commit id: the answer can't change, so it is cached as long as there is room
 * @throws OrbError `github_unavailable` if GitHub does not show the commit, which differs from a commit without files
 */
export function readBaseFiles(access: RepositoryAccess, commit: string): Promise<BaseFiles> {
  return access.files.get(access.key(commit), () => ask(access, commit), charactersOf);
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

async function ask(access: RepositoryAccess, commit: string): Promise<BaseFiles> {
  const expressions = PATHS.map((path, index) => [`at${index}`, `${commit}:${path}`]);
  const { owner, name } = access;
  const variables = { owner, name, commit, ...Object.fromEntries(expressions) };
  const { repository } = await askWhole<Answer>(access, QUERY, variables);
  if (!repository?.commit) throw noCommit(commit);
  const blobs = new Map<string, Blob>();
  for (const [index, path] of PATHS.entries()) {
    for (const [place, blob] of blobsOf(path, repository[`at${index}`] ?? null)) blobs.set(place, blob);
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
  const unread: Refusal[] = [];
  const find = (path: string | undefined): TextFile | UnreadFile | null => {
    const blob = path === undefined ? undefined : blobs.get(path);
    return path === undefined || !blob ? null : toTextFile(path, blob);
  };
  const read = (path: string | undefined): TextFile | null => {
    const file = find(path);
    if (!file || !isUnread(file)) return file;
    unread.push(file.refusal);
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

/** GitHub named this commit a moment ago, so it exists; the GitHub server that we asked does not have it yet. */
function noCommit(commit: string): OrbError {
  return new OrbError({
    code: "github_unavailable",
    reason: `GitHub does not show the commit ${commit} of the base branch yet.`,
    remedy: "No action needed: the bot checks GitHub and tries again.",
  });
}
