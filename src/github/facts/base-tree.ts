import { graphqlDocument } from "../wire/graphql-document.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import type { Blob } from "./text-blob.ts";

// Where GitHub looks for community health files, in its order:
// https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions
export const HOMES = [".github/", "", "docs/"] as const;

/** Folders of which all files are read. */
const FOLDERS = [".github", ".github/orb", ...HOMES.map((home) => `${home}PULL_REQUEST_TEMPLATE`)];

// The root and `docs/` may hold thousands of files, so we read only the ones that matter by name: as GitHub's
// documentation spells them, and as people do. Of the others we see names and modes.
const LISTINGS = ["", "docs"];
const FILES = [
  ".gitattributes",
  ...["", "docs/"].flatMap((home) => [
    `${home}CODEOWNERS`,
    `${home}pull_request_template.md`,
    `${home}PULL_REQUEST_TEMPLATE.md`,
  ]),
];

const READ = [...FOLDERS, ...FILES];
const PATHS = [...READ, ...LISTINGS];

const QUERY = graphqlDocument(
  "query BaseFiles",
  `($owner: String!, $name: String!, $commit: String!, ${PATHS.map((_path, index) => `$at${index}: String!`).join(", ")}) {
  repository(owner: $owner, name: $name) {
    commit: object(expression: $commit) { oid }
    ${PATHS.map((_path, index) => `at${index}: object(expression: $at${index}) { ...${index < READ.length ? "Found" : "Listed"} }`).join("\n    ")}
  }
}
fragment Found on GitObject {
  ...Text
  ... on Tree { entries { name mode object { ...Text } } }
}
fragment Listed on GitObject {
  ... on Tree { entries { name mode } }
}
fragment Text on Blob { oid byteSize text isTruncated }`,
);

interface Folder {
  readonly entries: readonly {
    readonly name: string;
    readonly mode: number;
    readonly object?: Blob | object | null;
  }[];
}
type Found = Blob | Folder | object | null;

interface Answer {
  readonly repository: { readonly commit: { readonly oid: string } | null } & Readonly<Record<string, Found>>;
}

const isBlob = (found: Blob | object): found is Blob => "byteSize" in found;
const isFolder = (found: object): found is Folder => "entries" in found;

/** https://git-scm.com/docs/git-fast-import#_filemodify */
const LINK_MODE = 0o120000;

/** The part of a commit that says how its repository wants pull requests, by path. */
export interface BaseTree {
  readonly blobs: ReadonlyMap<string, Blob>;
  /** Symbolic links: their text is the path to which they lead. */
  readonly links: ReadonlySet<string>;
}

/** @returns `null` if GitHub does not show the commit */
export async function readBaseTree(access: RepositoryAccess, commit: string): Promise<BaseTree | null> {
  const expressions = PATHS.map((path, index) => [`at${index}`, `${commit}:${path}`]);
  const { owner, name } = access;
  const { repository } = await access.ask((octokit) =>
    octokit.graphql<Answer>(QUERY, { owner, name, commit, ...Object.fromEntries(expressions) }),
  );
  if (!repository.commit) return null;
  const blobs = new Map<string, Blob>();
  const links = new Set<string>();
  for (const [index, path] of PATHS.entries()) {
    const found = repository[`at${index}`] ?? null;
    if (found === null) continue;
    if (isBlob(found)) blobs.set(path, found);
    if (!isFolder(found)) continue;
    for (const entry of found.entries) {
      const place = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.mode === LINK_MODE) links.add(place);
      if (entry.object && isBlob(entry.object)) blobs.set(place, entry.object);
    }
  }
  return { blobs, links };
}
