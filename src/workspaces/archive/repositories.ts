import { join as joinPath } from "node:path";
import { openBelow } from "../git/open-below.ts";
import { closeLayout, openBareLayout, openLayout, type RepositoryLayout } from "../git/repository-layout.ts";
import type { Inspection, RepositoryFound } from "../keep/inspection.ts";
import { OpenFolder } from "../tree/open-folder.ts";
import type { ArchiveLimits } from "./archive-limits.ts";
import { assertMayBorrow } from "./borrowed-objects.ts";
import { bundle } from "./bundle.ts";
import { changed } from "./failure.ts";
import { hashFile } from "./hash-file.ts";
import type { ArchivedRepository, Part } from "./manifest.ts";
import { join } from "./rules/listing.ts";

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
  const state = {
    manifest: [] as ArchivedRepository[],
    parts: [] as Part[],
    byObjects: new Map<string, number>(),
    blobs: new Map<string, number>(),
    tracked: [] as Buffer[],
    linked: new Map<string, Linked>(),
    raw: new Set<string>(),
  };
  // Several worktrees of one repository in the workspace share its objects: one bundle has them all.
  const tips = new Map<string, Set<string>>();
  const opened: { readonly found: RepositoryFound; readonly layout: RepositoryLayout }[] = [];
  for (const found of repositories) {
    const layout = await openFound(workspace, found);
    stack.defer(() => closeLayout(layout));
    opened.push({ found, layout });
    const key = objectsKey(layout);
    const wanted = found.looseTips.map(({ sha }) => sha);
    tips.set(key, new Set([...(tips.get(key) ?? []), ...wanted]));
  }
  for (const { found, layout } of opened) {
    const key = objectsKey(layout);
    if (found.inside && state.byObjects.has(key)) continue;
    await assertMayBorrow(layout.objects, workspace);
    const number = state.manifest.length;
    const name = `repository-${number}.bundle`;
    const file = joinPath(options.folder, name);
    const bundled = await bundle(
      { ...layout, place: found.inside ? layout.commonDir : layout.gitDir },
      {
        ...options,
        file,
        scratch: options.folder,
        alsoRequired: found.inside ? (tips.get(key) ?? []) : ownTips(found),
      },
    );
    if (bundled.tips > 0) state.parts.push({ name, ...(await hashFile(file)) });
    if (isRaw(found)) state.raw.add(key);
    if (found.inside) state.byObjects.set(key, number);
    else
      state.linked.set(join(found.path, Buffer.from(".git")).toString("latin1"), {
        path: found.path,
        number,
        layout,
        found,
      });
    for (const blob of bundled.blobs) if (!state.blobs.has(blob)) state.blobs.set(blob, number);
    for (const path of bundled.tracked) state.tracked.push(join(found.path, path));
    state.manifest.push({
      path: found.path.toString("utf8"),
      objectFormat: layout.config.objectFormat,
      bundle: bundled.tips > 0 ? name : null,
      tips: bundled.tips,
      shallow: [...bundled.shallow],
    });
  }
  const kept = stack.move();
  return { ...state, [Symbol.asyncDispose]: () => kept.disposeAsync() };
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
export function objectsKey({ objects }: Pick<RepositoryLayout, "objects">): string {
  return `${objects.dev}:${objects.ino}`;
}

async function openFound(workspace: OpenFolder, { path, kind }: RepositoryFound): Promise<RepositoryLayout> {
  const opened = path.length === 0 ? null : await openBelow(workspace, path);
  if (path.length > 0 && opened === null) throw changed(path);
  const folder = opened ?? workspace;
  if (kind === "bare") {
    // It owns the folder from now on; the workspace itself belongs to the caller.
    return openBareLayout(opened ?? (await OpenFolder.open(`/proc/self/fd/${workspace.fd}/.`)));
  }
  const layout = await openLayout(folder).finally(() => opened?.close());
  if (layout === null) throw changed(path);
  return layout;
}

/** The commit that is checked out must come back, even if it was pushed. */
function ownTips({ head, looseTips }: RepositoryFound): readonly string[] {
  const tips = looseTips.map(({ sha }) => sha);
  return head.sha === null ? tips : [head.sha, ...tips];
}
