import { type GraphqlDocument, graphqlDocument } from "../../wire/graphql-document.ts";
import { askWhole } from "../../wire/partial-answer.ts";
import type { RepositoryAccess } from "../../wire/repository-access.ts";
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

const OF_ONE_COMMIT = documentFor(1);
const OF_TWO_COMMITS = documentFor(2);

function documentFor(revisions: 1 | 2): GraphqlDocument {
  const fields = Array.from({ length: revisions }, (_none, which) => [
    { name: `commit${which}`, selection: "oid" },
    ...PATHS.map((_path, index) => ({
      name: fieldOf(which, index),
      selection: index < READ.length ? "...Found" : "...Listed",
    })),
  ]).flat();
  return graphqlDocument(
    "query BaseFiles",
    `($owner: String!, $name: String!, ${fields.map(({ name }) => `$${name}: String!`).join(", ")}) {
  repository(owner: $owner, name: $name) {
    ${fields.map(({ name, selection }) => `${name}: object(expression: $${name}) { ${selection} }`).join("\n    ")}
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
}

function fieldOf(which: number, index: number): string {
  return `at${which}_${index}`;
}

interface Folder {
  readonly entries:
    | readonly { readonly name: string; readonly mode: number; readonly object?: Blob | object | null }[]
    | null;
}
type Found = Blob | Folder | object | null;

interface Answer {
  readonly repository: Readonly<Record<string, Found>> | null;
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

/**
 * Reads it for one or two revisions, in one request.
 *
 * @param revisions ids of commits, or `HEAD`
 * @returns for each revision; `null` if GitHub does not show its commit
 */
export async function readBaseTrees(
  access: RepositoryAccess,
  revisions: readonly [string] | readonly [string, string],
): Promise<readonly (BaseTree | null)[]> {
  const variables = revisions.flatMap((revision, which) => [
    [`commit${which}`, revision],
    ...PATHS.map((path, index) => [fieldOf(which, index), `${revision}:${path}`]),
  ]);
  const { owner, name } = access;
  const document = revisions.length === 1 ? OF_ONE_COMMIT : OF_TWO_COMMITS;
  const { repository } = await askWhole<Answer>(access, document, {
    owner,
    name,
    ...Object.fromEntries(variables),
  });
  return revisions.map((_revision, which) =>
    repository?.[`commit${which}`]
      ? treeOf(PATHS.map((path, index) => [path, repository[fieldOf(which, index)] ?? null]))
      : null,
  );
}

function treeOf(places: readonly (readonly [path: string, found: Found])[]): BaseTree {
  const blobs = new Map<string, Blob>();
  const links = new Set<string>();
  for (const [path, found] of places) {
    if (found === null) continue;
    if (isBlob(found)) blobs.set(path, found);
    if (!isFolder(found)) continue;
    for (const entry of found.entries ?? []) {
      const place = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.mode === LINK_MODE) links.add(place);
      if (entry.object && isBlob(entry.object)) blobs.set(place, entry.object);
    }
  }
  return { blobs, links };
}
