import { link, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { SafeGit } from "../git/safe-git.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import type { ArchiveFolder } from "./archive-folder.ts";
import { blobContents } from "./read/blob-contents.ts";
import { toRestoreFailure } from "./failure.ts";
import type { Manifest } from "./manifest.ts";
import { openBundle } from "./read/open-bundle.ts";
import { type ArchivePlace, bytesInTar, readListing, TarFiles } from "./read/read-archive.ts";
import { demandFree, RestorePlace } from "./read/restore-place.ts";
import { InertConfigs } from "./read/inert-configs.ts";
import { type Entry, fromJsonBytes } from "./rules/listing.ts";
import { giveAway, TreeBuilder } from "./read/tree-builder.ts";
import { verifyArchive } from "./verify.ts";

export interface RestoreOptions {
  readonly into: ArchiveFolder;
  readonly name: string;
  readonly root: WorkspaceRoot;
  /** The hash of the manifest, if the caller kept it. */
  readonly expected?: string | undefined;
  /** Takes away the fence at the path, if one is there. Called when the workspace is ready to take its place. */
  readonly lowerFence?: () => Promise<unknown>;
  readonly signal: AbortSignal;
}

/** What came back, and what did not. */
export interface Restored {
  readonly path: string;
  /** FIFOs, sockets and devices, of which an archive only knows that they were there. */
  readonly special: readonly Buffer[];
  /** What a command makes again. */
  readonly leftOut: readonly Buffer[];
  /** What git would obey, such as hooks and configuration: it is there under the same name with `.archived` at its end. */
  readonly inert: readonly Buffer[];
}

/** Of each list in the answer. */
const LISTED_MAX = 1_000;

/**
 * Brings an archived workspace back to the path where it was: files, index, HEAD, branches, stash, notes, refs of worktrees and
 * operations under way are the same byte for byte. All of the archive is verified first, and the workspace appears whole or not
 * at all. Nothing of it runs: git works in repositories of ours, and what git would obey comes back under another name
 * (`activeConfig` says which keys stay in force).
 *
 * @throws OrbError `restore_path_taken`, `archive_damaged`, `archive_missing`, `outside_root`, `workspace_missing` (the folder around
 *   it is gone), `restore_failed`
 */
export async function restoreArchive(options: RestoreOptions): Promise<Restored> {
  const { into, name, root, expected, lowerFence, signal } = options;
  const manifest = await verifyArchive(into, name, { expected, signal });
  const { path } = manifest.workspace;
  try {
    if (!lowerFence) {
      await using place = await root.openPlace(path);
      await demandFree(place.parent, place.name, path);
    }
    await using place = await RestorePlace.open(root);
    const lists = await build({ folder: into.pathOf(name), name }, { manifest, place, signal });
    await lowerFence?.();
    await place.moveTo(root, path);
    return { path, ...lists };
  } catch (error) {
    throw toRestoreFailure(error, path);
  }
}

async function build(
  from: ArchivePlace,
  { manifest, place, signal }: { manifest: Manifest; place: RestorePlace; signal: AbortSignal },
): Promise<Pick<Restored, "special" | "leftOut" | "inert">> {
  await using stack = new AsyncDisposableStack();
  const scratch = await place.scratch();
  const repositories: SafeGit[] = [];
  for (const repository of manifest.repositories) {
    repositories.push(stack.use(await openBundle(from, repository, { scratch, signal })));
  }
  const tar = stack.use(new TarFiles(from));
  const blobs = blobContents(from, repositories, { signal });
  const configs = new InertConfigs();
  const builder = stack.use(
    new TreeBuilder(place.folder, { name: from.name, finish: (folder, of) => configs.activate(folder, of) }),
  );
  const lists = { special: [] as Buffer[], leftOut: [] as Buffer[], inert: [] as Buffer[] };
  for await (const entry of readListing(from)) {
    signal.throwIfAborted();
    await builder.add(entry, await contentOf(entry, { tar, blobs }));
    if (entry.kind === "objects") await fill(builder.folder, repositories[entry.repository], entry);
    configs.note(entry);
    note(entry, lists);
  }
  await builder.end();
  return lists;
}

async function contentOf(
  entry: Entry,
  { tar, blobs }: { readonly tar: TarFiles; readonly blobs: AsyncGenerator<Buffer, void> },
): Promise<AsyncIterable<Buffer> | null> {
  if (entry.kind !== "file") return null;
  if (entry.held.in === "tar") return tar.content(entry.held, { bytes: bytesInTar(entry), size: entry.size });
  const { done, value } = await blobs.next();
  if (done === true) throw new Error("There are fewer blobs than files");
  return one(value);
}

async function* one(content: Buffer): AsyncGenerator<Buffer, void> {
  if (content.length > 0) yield content;
}

/** Gives a repository the objects of its bundle: they are on the same file system, so no byte is copied. */
async function fill(
  objects: OpenFolder,
  git: SafeGit | undefined,
  owner: { readonly uid: number; readonly gid: number },
): Promise<void> {
  await mkdir(objects.at("info"));
  await mkdir(objects.at("pack"));
  for (const name of ["info", "pack"]) await giveAway(objects.at(name), owner);
  if (!git) return;
  await using packs = await objects.openFolder("pack");
  const from = join(git.gitDir, "objects/pack");
  for (const file of await readdir(from)) {
    await link(join(from, file), packs.at(file));
    await giveAway(packs.at(file), owner);
  }
}

function note(entry: Entry, lists: Pick<Restored, "special" | "leftOut" | "inert">): void {
  const list = entry.inert
    ? lists.inert
    : entry.kind === "special"
      ? lists.special
      : entry.kind === "left_out"
        ? lists.leftOut
        : null;
  if (list && list.length < LISTED_MAX) (list as Buffer[]).push(fromJsonBytes(entry.path));
}
