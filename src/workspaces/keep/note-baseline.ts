import { type GitRef, readHead, readRefs } from "../git/read-refs.ts";
import type { RepositoryLayout } from "../git/repository-layout.ts";
import type { GitHost } from "../git/safe-git.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import {
  type Baseline,
  BASELINE_FETCHED_MAX,
  BASELINE_FILES_MAX,
  BASELINE_LFS_OBJECTS_MAX,
} from "./baseline.ts";
import { readContent } from "./file-content.ts";
import { eachRepository, openGit } from "./each-repository.ts";
import { findPlaces } from "./find-places.ts";
import { listLfsObjects } from "./lfs.ts";
import { kindOfRef } from "./rules/tip.ts";
import { FileSorter } from "./sort-files.ts";
import { readWorkTree, type OnUntracked } from "./work-tree.ts";

interface Draft {
  readonly heads: Baseline["heads"][number][];
  readonly fetched: Set<string>;
  readonly lfsObjects: string[];
}

/**
 * Notes what a workspace holds. To be called once, when it is created and before an agent works in it.
 *
 * @throws OrbError if a part can't be read: a baseline that lacks something would still be right, but its caller should know
 */
export async function noteBaseline(folder: OpenFolder, host: GitHost = {}): Promise<Baseline> {
  const found = await findPlaces(folder, host.signal);
  const draft: Draft = { heads: [], fetched: new Set(), lfsObjects: [] };
  const sorter = new FileSorter(folder, new Map());
  if (!found.paths.has(""))
    await noteFiles({ folder, layout: null, head: null }, sorter.takerFor(Buffer.alloc(0), found), host);
  await eachRepository(folder, { places: found.places, host }, async ({ layout, folder: at, path }) => {
    const head = await noteRefs(layout, path, draft);
    await noteFiles({ folder: at, layout, head }, sorter.takerFor(path, found), host);
  });
  return {
    version: 1,
    heads: draft.heads,
    fetched: [...draft.fetched].slice(0, BASELINE_FETCHED_MAX),
    lfsObjects: draft.lfsObjects.slice(0, BASELINE_LFS_OBJECTS_MAX),
    files: await noteContents(folder, sorter.worthNoting.slice(0, BASELINE_FILES_MAX)),
  };
}

/** @returns the commit of HEAD */
async function noteRefs(layout: RepositoryLayout, path: Buffer, draft: Draft): Promise<string | null> {
  const refs = await readRefs(layout.commonDir);
  const head = await readHead(layout.gitDir, layout.commonDir, refs);
  draft.heads.push({ path: path.toString("base64"), ref: head.ref?.toString() ?? null, sha: head.sha });
  const isFetched = ({ name }: GitRef): boolean => ["fetched", "tag"].includes(kindOfRef(name));
  for (const ref of refs) if (isFetched(ref)) draft.fetched.add(ref.sha);
  draft.lfsObjects.push(...(await listLfsObjects(layout.commonDir)));
  return head.sha;
}

interface Files {
  readonly folder: OpenFolder;
  readonly layout: RepositoryLayout | null;
  readonly head: string | null;
}

async function noteFiles(
  { folder, layout, head }: Files,
  onUntracked: OnUntracked,
  host: GitHost,
): Promise<void> {
  await using git = await openGit(layout, host);
  await readWorkTree({ git, folder, gitDir: layout?.gitDir ?? null, head, onUntracked });
}

async function noteContents(folder: OpenFolder, paths: readonly Buffer[]): Promise<Baseline["files"]> {
  const files: Baseline["files"][number][] = [];
  for (const path of paths) {
    const content = await readContent(folder, path);
    if (content !== null) files.push({ path: path.toString("base64"), ...content });
  }
  return files;
}
