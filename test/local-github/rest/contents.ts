// Files and folders at a ref, base64 in JSON or raw.

import { posix } from "node:path";
import { entryAt, folderAt, LINK_MODE, readBlob, type TreeEntry } from "../git/contents.ts";
import { listRefs, resolveRevision } from "../git/refs.ts";
import { GitHubError, notFound } from "../github-error.ts";
import { inRepository, ok, param, type Reply, type RepositoryRequest, type Route } from "../http/route.ts";
import { repositoryApi, repositoryPage } from "../json/urls.ts";

// https://docs.github.com/rest/repos/contents#get-repository-content: above 1 MB only raw has the content.
const CONTENT_BYTES_MAX = 1_000_000;
const BASE64_LINE_LENGTH = 60;

export const contentRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/contents/{path}", getContents),
];

async function getContents(request: RepositoryRequest): Promise<Reply> {
  const { repository, git, url, headers } = request;
  const path = param(request, "path").replace(/\/$/, "");
  const ref = url.searchParams.get("ref") ?? repository.defaultBranch;
  const commit = await resolveRevision(git, ref.replace(/^refs\/heads\//, ""));
  if (commit === null && (await listRefs(git)).length === 0)
    throw new GitHubError(404, "This repository is empty.");
  if (commit === null) throw new GitHubError(404, `No commit found for the ref ${ref}`);
  const found = await entryAt(git, commit, path);
  if (!found || found.type === "commit") throw notFound();
  const entry = await followed(request, commit, found);
  if (entry.type === "tree") {
    const children = await folderAt(git, commit, path);
    return ok(children.map((child) => entryJson(request, child, ref)));
  }
  const bytes = await readBlob(git, entry.sha);
  if (entry.mode === LINK_MODE) return ok({ ...entryJson(request, entry, ref), target: bytes.toString() });
  if (headers.accept?.includes("raw")) {
    return { status: 200, content: { type: "application/vnd.github.raw+json; charset=utf-8", bytes } };
  }
  const isLarge = bytes.length > CONTENT_BYTES_MAX;
  const content = isLarge ? "" : inLines(bytes.toString("base64"));
  return ok({ ...entryJson(request, entry, ref), content, encoding: isLarge ? "none" : "base64" });
}

/**
 * "If the requested :path points to a symlink, and the symlink's target is a normal file in the repository, then the API
 * responds with the content of the file."
 */
async function followed({ git }: RepositoryRequest, commit: string, entry: TreeEntry): Promise<TreeEntry> {
  if (entry.mode !== LINK_MODE) return entry;
  const target = (await readBlob(git, entry.sha)).toString();
  const at = posix.join(posix.dirname(entry.path), target);
  const found = await entryAt(git, commit, at);
  return found?.type === "blob" && found.mode !== LINK_MODE ? { ...found, path: entry.path } : entry;
}

function entryJson({ world, repository }: RepositoryRequest, entry: TreeEntry, ref: string) {
  const { path, sha, sizeBytes, mode } = entry;
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const api = repositoryApi(world, repository);
  const page = repositoryPage(world, repository);
  const type =
    mode === LINK_MODE
      ? "symlink"
      : ({ blob: "file", tree: "dir", commit: "submodule" } as const)[entry.type];
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${entry.type === "tree" ? "trees" : "blobs"}/${sha}`;
  const html = `${page}/${entry.type === "tree" ? "tree" : "blob"}/${ref}/${encoded}`;
  return {
    type,
    name: path.split("/").at(-1) ?? "",
    path,
    sha,
    size: sizeBytes ?? 0,
    url,
    git_url: git,
    html_url: html,
    download_url: type === "file" ? `${page}/raw/${ref}/${encoded}` : null,
    _links: { self: url, git, html },
  };
}

function inLines(base64: string): string {
  return base64.replaceAll(new RegExp(`.{1,${BASE64_LINE_LENGTH}}`, "g"), "$&\n");
}
