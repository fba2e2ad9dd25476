import { join as joinPath } from "node:path";
import { openBelow } from "../../git/open-below.ts";
import { openBareLayout, openLayout, type RepositoryLayout } from "../../git/repository-layout.ts";
import type { Inspection, RepositoryFound } from "../../keep/inspection.ts";
import { OpenFolder } from "../../tree/open-folder.ts";
import type { ArchiveLimits } from "../archive-limits.ts";
import { assertMayBorrow } from "./borrowed-objects.ts";
import { bundle } from "./bundle.ts";
import { changed } from "../failure.ts";
import { hashFile } from "../read/hash-file.ts";
import type { ArchivedRepository, Part } from "../manifest.ts";
import { joinBytes } from "../../tree/join-bytes.ts";

/** A repository of which the objects are elsewhere: a worktree, or a submodule of one. Its folders stay open. */
export interface Linked {
  /** Where its files are, relative to the workspace. */
  readonly path: Buffer;
  readonly number: number;
  readonly layout: RepositoryLayout;
  readonly found: RepositoryFound;
}

export interface Repositories extends AsyncDisposable {
  readonly manifest: readonly ArchivedRepository[];
  readonly parts: readonly Part[];
  /** The number of a repository by the folder of its objects, `dev:ino`. */
  readonly byObjects: ReadonlyMap<string, number>;
  /** Blobs in bundles, and in which. */
  readonly blobs: ReadonlyMap<string, number>;
  /** Files that git tracks, relative to the workspace. */
  readonly tracked: readonly Buffer[];
  /** By the path of the file `.git`. */
  readonly linked: ReadonlyMap<string, Linked>;
  /** Folders of objects, as in `byObjects`, that are archived file by file too. */
  readonly raw: ReadonlySet<string>;
}

export interface RepositoriesOptions {
  /** The folder of the archive. */
  readonly folder: string;
  readonly limits: ArchiveLimits;
  readonly signal: AbortSignal;
}

interface Opened {
  readonly found: RepositoryFound;
  readonly layout: RepositoryLayout;
}

/**
 * Writes a bundle for every repository that was found in the workspace.
 *
 * @throws OrbError as `bundle`
 */
export async function archiveRepositories(
  workspace: OpenFolder,
  { repositories }: Pick<Inspection, "repositories">,
  options: RepositoriesOptions,
): Promise<Repositories> {
  await using stack = new AsyncDisposableStack();
  const opened: Opened[] = [];
  // Several worktrees of one repository in the workspace share its objects: one bundle has the commits of all.
  const shared = new Map<string, string[]>();
  for (const found of repositories) {
    const layout = await openFound(workspace, found);
    stack.use(layout);
    await assertMayBorrow(layout.objects, workspace);
    opened.push({ found, layout });
    const key = objectsKey(layout);
    shared.set(key, [...(shared.get(key) ?? []), ...tipsOf(found)]);
  }
  const writer = new RepositoriesWriter(options);
  for (const each of opened) {
    if (each.found.liesInside) await writer.addOwn(each, shared.get(objectsKey(each.layout)) ?? []);
    else await writer.addLinked(each);
  }
  const kept = stack.move();
  return { ...writer.written, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

class RepositoriesWriter {
  readonly written = {
    manifest: [] as ArchivedRepository[],
    parts: [] as Part[],
    byObjects: new Map<string, number>(),
    blobs: new Map<string, number>(),
    tracked: [] as Buffer[],
    linked: new Map<string, Linked>(),
    raw: new Set<string>(),
  };
  readonly #options: RepositoriesOptions;

  constructor(options: RepositoriesOptions) {
    this.#options = options;
  }

  /** @param tips of all worktrees of the repository */
  async addOwn({ found, layout }: Opened, tips: readonly string[]): Promise<void> {
    const key = objectsKey(layout);
    const { byObjects, raw } = this.written;
    if (isRaw(found)) raw.add(key);
    if (!byObjects.has(key))
      byObjects.set(key, await this.#bundle({ found, layout }, layout.commonDir, tips));
  }

  async addLinked({ found, layout }: Opened): Promise<void> {
    const number = await this.#bundle({ found, layout }, layout.gitDir, tipsOf(found));
    const pointer = joinBytes(found.path, Buffer.from(".git"));
    this.written.linked.set(pointer.toString("latin1"), { path: found.path, number, layout, found });
  }

  /** @returns the number of the repository in the archive */
  async #bundle(
    { found, layout }: Opened,
    place: OpenFolder,
    alsoRequired: Iterable<string>,
  ): Promise<number> {
    const { manifest, parts, blobs, tracked } = this.written;
    const { folder, limits, signal } = this.#options;
    const number = manifest.length;
    const name = `repository-${number}.bundle`;
    const file = joinPath(folder, name);
    const { commonDir, objects, config } = layout;
    const { tips, shallow, ...bundled } = await bundle(
      { commonDir, objects, config, place },
      { file, scratch: folder, alsoRequired, limits, signal },
    );
    if (tips > 0) parts.push({ name, ...(await hashFile(file)) });
    for (const blob of bundled.blobs) if (!blobs.has(blob)) blobs.set(blob, number);
    for (const path of bundled.tracked) tracked.push(joinBytes(found.path, path));
    const { objectFormat } = config;
    const path = found.path.toString("utf8");
    manifest.push({ path, objectFormat, bundle: tips > 0 ? name : null, tips, shallow: [...shallow] });
    return number;
  }
}

/**
 * A bare repository among files may be a sample of a test, of which each file counts as it is, also objects that nothing reaches.
 * One that borrows objects is not whole without its bundle.
 */
function isRaw({ kind, path, alternates }: RepositoryFound): boolean {
  const isOwn = path.toString("latin1").split("/").includes(".git");
  return kind === "bare" && !isOwn && alternates.length === 0;
}

/** The identity of the folder of a repository's objects. */
function objectsKey({ objects }: Pick<RepositoryLayout, "objects">): string {
  return `${objects.dev}:${objects.ino}`;
}

async function openFound(workspace: OpenFolder, { path, kind }: RepositoryFound): Promise<RepositoryLayout> {
  const folder = path.length === 0 ? await openAgain(workspace) : await openBelow(workspace, path);
  if (folder === null) throw changed(path);
  // A bare repository is this folder, which stays open with it.
  if (kind === "bare") return openBareLayout(folder);
  await using _ = folder;
  const layout = await openLayout(folder);
  if (layout === null) throw changed(path);
  return layout;
}

/** The workspace itself belongs to the caller, who closes it. */
function openAgain({ fd }: OpenFolder): Promise<OpenFolder> {
  return OpenFolder.open(`/proc/self/fd/${fd}/.`);
}

/** The commit that is checked out must come back, even if it was pushed. */
function tipsOf({ head, looseTips }: RepositoryFound): readonly string[] {
  const tips = looseTips.map(({ sha }) => sha);
  return head.sha === null ? tips : [head.sha, ...tips];
}
