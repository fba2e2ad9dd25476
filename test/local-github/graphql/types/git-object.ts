// What `object` finds: a commit, a tag, a file or a folder.

import { entryAt, folderAt, readBlob, type TreeEntry } from "../../git/contents.ts";
import { readCommit } from "../../git/commits.ts";
import { readTag } from "../../git/tags.ts";
import { resolveRevision } from "../../git/refs.ts";
import { repositoryPage } from "../../json/urls.ts";
import type { Repository } from "../../state.ts";
import type { Context, Fields } from "../context.ts";
import { gitNodeId } from "../global-ids.ts";
import { commitFields } from "./commit.ts";

/** Longer texts are cut, with `isTruncated`. https://docs.github.com/graphql/reference/objects#blob */
const TEXT_BYTES_MAX = 512_000;

/** `revision`, `revision:path` or (for the root folder) `revision:`; `null` if nothing is there. */
export async function gitObject(
  context: Context,
  repository: Repository,
  expression: string,
): Promise<Fields | null> {
  const git = context.world.git(repository);
  const [revision = "", ...rest] = expression.split(":");
  const sha = await resolveRevision(git, revision);
  if (sha === null) return null;
  if (rest.length === 0) return commitFields(context, repository, await readCommit(git, sha));
  const entry = await entryAt(git, sha, rest.join(":").replace(/\/$/, ""));
  if (entry?.type === "blob") return blobFields(context, repository, entry, sha);
  return entry?.type === "tree" ? treeFields(context, repository, entry, sha) : null;
}

/** The object with this id: unlike an expression, the id of a tag stands for the tag and not for its commit. */
export async function gitObjectById(
  context: Context,
  repository: Repository,
  oid: string,
): Promise<Fields | null> {
  const tag = await readTag(context.world.git(repository), oid);
  if (tag === null) return gitObject(context, repository, oid);
  return {
    ...objectFields(context, repository, { typename: "Tag", prefix: "TA", sha: oid }),
    name: tag.name,
    message: tag.message,
    target: () => gitObjectById(context, repository, tag.target),
  };
}

async function blobFields(
  context: Context,
  repository: Repository,
  { sha, path, sizeBytes }: TreeEntry,
  commitSha: string,
): Promise<Fields> {
  const bytes = await readBlob(context.world.git(repository), sha);
  const isBinary = bytes.includes(0);
  return {
    ...objectFields(context, repository, { typename: "Blob", prefix: "B", sha }),
    commitUrl: `${repositoryPage(context.world, repository)}/blob/${commitSha}/${path}`,
    byteSize: sizeBytes ?? bytes.length,
    isBinary,
    isTruncated: !isBinary && bytes.length > TEXT_BYTES_MAX,
    text: isBinary ? null : bytes.subarray(0, TEXT_BYTES_MAX).toString(),
  };
}

function treeFields(
  context: Context,
  repository: Repository,
  { sha, path }: TreeEntry,
  commitSha: string,
): Fields {
  return {
    ...objectFields(context, repository, { typename: "Tree", prefix: "T", sha }),
    entries: async () => {
      const entries = await folderAt(context.world.git(repository), commitSha, path);
      return entries.map((entry) => ({
        __typename: "TreeEntry",
        name: entry.path.split("/").at(-1),
        path: entry.path,
        type: entry.type,
        mode: entry.mode,
        oid: entry.sha,
        size: entry.sizeBytes ?? 0,
        object: () => gitObject(context, repository, `${commitSha}:${entry.path}`),
      }));
    },
  };
}

function objectFields(
  context: Context,
  repository: Repository,
  { typename, prefix, sha }: { typename: string; prefix: "B" | "T" | "TA"; sha: string },
): Fields {
  return {
    __typename: typename,
    id: gitNodeId(prefix, { repositoryId: repository.id, name: sha }),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    repository: () => context.show.repository(context, repository),
  };
}
