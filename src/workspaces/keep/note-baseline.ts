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
import { ThereBefore } from "./there-before.ts";
import { readWorkTree, type OnUntracked } from "./work-tree.ts";

/** The moment whose files count, and what git needs. */
interface Noting {
  /** By this host's clock, in milliseconds. What was made or changed later may be an agent's, however early it is noted. */
  readonly thereAtMs: number;
  readonly host?: GitHost;
}

interface Draft {
  readonly heads: Baseline["heads"][number][];
  readonly fetched: Set<string>;
  readonly lfsObjects: string[];
}

/**
 * Notes what a workspace held at the moment when it was created. To be called once, soon after it.
 *
 * @throws OrbError if a part can't be read: a baseline that lacks something would still be right, but its caller should know
 */
export async function noteBaseline(folder: OpenFolder, { thereAtMs, host = {} }: Noting): Promise<Baseline> {
  const found = await findPlaces(folder, host.signal);
  const draft: Draft = { heads: [], fetched: new Set(), lfsObjects: [] };
  const sorter = new FileSorter(folder, new Map());
  if (!found.paths.has(""))
    await noteFiles({ folder, layout: null, head: null }, sorter.takerFor(Buffer.alloc(0), found), host);
  await eachRepository(folder, { places: found.places, host }, async ({ layout, folder: at, path }) => {
    const head = await noteRefs(layout, { path, thereAtMs }, draft);
    await noteFiles({ folder: at, layout, head }, sorter.takerFor(path, found), host);
  });
  return {
    version: 1,
    heads: draft.heads,
    fetched: [...draft.fetched].slice(0, BASELINE_FETCHED_MAX),
    lfsObjects: draft.lfsObjects.slice(0, BASELINE_LFS_OBJECTS_MAX),
    files: await noteContents(folder, sorter.worthNoting, new ThereBefore(folder, thereAtMs)),
  };
}

/** @returns the commit of HEAD */
async function noteRefs(
  layout: RepositoryLayout,
  { path, thereAtMs }: { readonly path: Buffer; readonly thereAtMs: number },
  draft: Draft,
): Promise<string | null> {
  const { gitDir, commonDir } = layout;
  const refs = await readRefs(commonDir);
  const head = await readHead(gitDir, commonDir, refs);
  draft.heads.push({ path: path.toString("base64"), ref: head.ref?.toString() ?? null, sha: head.sha });
  const there = new ThereBefore(commonDir, thereAtMs);
  // A ref has a file of its own, or is a line of the file of all the others.
  const isOld = async ({ name }: GitRef) => (await there.has(name)) ?? there.has(Buffer.from("packed-refs"));
  const isFetched = ({ name }: GitRef): boolean => ["fetched", "tag"].includes(kindOfRef(name));
  for (const ref of refs.filter(isFetched)) if (await isOld(ref)) draft.fetched.add(ref.sha);
  for (const { id, path: at } of await listLfsObjects(commonDir)) {
    if (await there.has(at)) draft.lfsObjects.push(id);
  }
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

async function noteContents(
  folder: OpenFolder,
  paths: readonly Buffer[],
  there: ThereBefore,
): Promise<Baseline["files"]> {
  const files: Baseline["files"][number][] = [];
  for (const path of paths) {
    if (files.length >= BASELINE_FILES_MAX) break;
    const content = (await there.has(path)) ? await readContent(folder, path) : null;
    // Who writes while it is read gives the file another time.
    if (content !== null && (await there.has(path))) {
      files.push({ path: path.toString("base64"), ...content });
    }
  }
  return files;
}
