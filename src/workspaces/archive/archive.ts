import { stat } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import type { Inspection } from "../keep/inspection.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { ARCHIVE_LIMITS, type ArchiveLimits } from "./archive-limits.ts";
import type { ArchiveFolder } from "./archive-folder.ts";
import { archiveTree } from "./write/archive-tree.ts";
import { ContentsWriter, originalOf } from "./write/contents-writer.ts";
import { type ArchiveCode, archiveError, toArchiveFailure } from "./failure.ts";
import { type Manifest, type Part, readManifest, writeManifest } from "./manifest.ts";
import { archiveRepositories } from "./write/repositories.ts";
import { assertStillArchived } from "./still-archived.ts";
import { verifyArchive, verifyFolder } from "./verify.ts";

export interface ArchiveOptions {
  readonly into: ArchiveFolder;
  /**
   * The name of the archive. If a killed process had finished one of this name, that one is taken as long as the workspace is
   * still the same; otherwise the new one gets a number behind its name.
   */
  readonly name: string;
  /** Archives of earlier tries, the newest first: `mayFit` if nothing is known by which the workspace differs from it. */
  readonly spares?: readonly { readonly name: string; readonly mayFit: boolean }[];
  /** Where the workspace is, for people and for `restoreArchive`. */
  readonly workspace: { readonly host: string; readonly path: string };
  readonly at: Date;
  readonly signal: AbortSignal;
  readonly limits?: ArchiveLimits;
  /** Called after each step that leaves something on the disk. */
  readonly checkpoint?: ((step: ArchiveStep) => Promise<void> | void) | undefined;
}

export type ArchiveStep = "begun" | "bundled" | "copied" | "described" | "verified" | "finished";

/** An archive that was read back and is whole. */
export interface Archived {
  readonly name: string;
  /** Of its manifest, and so of everything in it. */
  readonly sha256: string;
  readonly at: Date;
  readonly bytes: number;
  readonly repositories: number;
  /** FIFOs, sockets and devices: noted, not archived. */
  readonly special: number;
  /** Files and folders that a command makes again: noted, not archived. */
  readonly leftOut: number;
}

/**
 * Archives a workspace: everything in it but what a command makes again. Nothing in the workspace is changed, and nothing of its
 * configuration, hooks or filters is used. The archive has its name only after all of it was read back (`verifyArchive`); before that
 * it does not count, and a later call with the same name starts from scratch.
 *
 * If the newest of earlier tries still has all that is in the workspace, it is read back and used again.
 *
 * Before the workspace is removed, `assertStillArchived` must be asked, after nobody can reach it any more.
 *
 * @param inspection of just now; all that it found to be nowhere else must be in the archive
 * @returns also which archives of this name were there and do not fit
 * @throws OrbError with one of `ArchiveCode`, or of git's: there is no archive, and the workspace stays
 */
export async function archive(
  workspace: OpenFolder,
  inspection: Inspection,
  options: ArchiveOptions,
): Promise<Archived & { readonly outdated: readonly string[] }> {
  refuse(inspection);
  const outdated: string[] = [];
  const { into } = options;
  // What is in a repository outside of the workspace may have changed, and nothing in the workspace shows it.
  const fits = inspection.repositories.every(({ liesInside }) => liesInside);
  const again = async (name: string) => (fits ? existing(workspace, { ...options, name }) : null);
  for (let serial = 1; ; serial++) {
    const name = serial === 1 ? options.name : `${options.name}-${serial}`;
    if (await into.has(name)) {
      const found = await again(name);
      if (found) return { ...found, outdated };
      outdated.push(name);
      continue;
    }
    const spare = outdated.length === 0 ? await newestOf(options) : null;
    const found = spare === null ? null : await again(spare);
    return { ...(found ?? (await make(workspace, inspection, { ...options, name }))), outdated };
  }
}

/** An older one than the newest of which anything is there may be about to be removed. */
async function newestOf({ into, spares = [] }: ArchiveOptions): Promise<string | null> {
  for (const { name, mayFit } of spares) if (await into.has(name)) return mayFit ? name : null;
  return null;
}

async function make(
  workspace: OpenFolder,
  inspection: Inspection,
  { into, name, signal, checkpoint, ...options }: ArchiveOptions,
): Promise<Archived> {
  try {
    const folder = await into.begin(name);
    await checkpoint?.("begun");
    const manifest = await write(workspace, inspection, {
      ...options,
      into,
      name,
      signal,
      checkpoint,
      folder,
    });
    const sha256 = await writeManifest(folder, manifest);
    await checkpoint?.("described");
    await verifyFolder({ folder, name }, { expected: sha256, scratch: folder, signal });
    await checkpoint?.("verified");
    await into.finish(name);
    await checkpoint?.("finished");
    return summary(manifest, sha256);
  } catch (error) {
    // If even that fails, the next try removes it.
    await into.abandon(name).catch(() => undefined);
    throw toArchiveFailure(error, name);
  }
}

async function write(
  workspace: OpenFolder,
  inspection: Inspection,
  { folder, name, at, signal, checkpoint, ...options }: ArchiveOptions & { readonly folder: string },
): Promise<Manifest> {
  const limits = options.limits ?? ARCHIVE_LIMITS;
  await using repositories = await archiveRepositories(workspace, inspection, { folder, limits, signal });
  await checkpoint?.("bundled");
  await using contents = await ContentsWriter.open({
    folder,
    limits,
    bundleBytes: bytesOf(repositories.parts),
    blobs: repositories.blobs,
    algorithm: repositories.manifest[0]?.objectFormat ?? "sha1",
  });
  const top = await stat(`/proc/self/fd/${workspace.fd}`, { bigint: true });
  await contents.add({ kind: "folder", ...originalOf(Buffer.alloc(0), top) });
  const fingerprint = await archiveTree(workspace, inspection, { contents, repositories, limits, signal });
  const parts = [...repositories.parts, ...(await contents.finish())];
  await checkpoint?.("copied");
  return {
    format: "orb-workspace-archive",
    version: 1,
    name,
    at: at.toISOString(),
    workspace: options.workspace,
    repositories: [...repositories.manifest],
    fingerprint,
    entries: { ...contents.counts },
    parts,
  };
}

/** @returns the archive that is there already; `null` if it is damaged or the workspace has changed since */
async function existing(
  workspace: OpenFolder,
  { into, name, signal, limits }: ArchiveOptions,
): Promise<Archived | null> {
  try {
    const manifest = await verifyArchive(into, name, { signal });
    await assertStillArchived(workspace, { into, name, signal, ...(limits ? { limits } : {}) });
    return summary(manifest, (await readManifest(into.pathOf(name), name)).sha256);
  } catch (error) {
    if (error instanceof OrbError && OUTDATED.has(error.code)) return null;
    throw error;
  }
}

const OUTDATED: ReadonlySet<string> = new Set<ArchiveCode>(["archive_changed", "archive_damaged"]);

function summary({ name, at, parts, repositories, entries }: Manifest, sha256: string): Archived {
  return {
    name,
    sha256,
    at: new Date(at),
    bytes: bytesOf(parts),
    repositories: repositories.length,
    special: entries["special"] ?? 0,
    leftOut: entries["left_out"] ?? 0,
  };
}

function bytesOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

function refuse({ answer, reasons, files: { rebuildable } }: Inspection): void {
  if (answer === "unreadable") {
    throw archiveError({
      code: "archive_refused",
      reason: `Nobody knows what the workspace holds. ${reasons[0]?.reason ?? ""}`.trim(),
      remedy: reasons[0]?.remedy ?? "Repair it, or decide about it by hand.",
    });
  }
  if (rebuildable.paths.length < rebuildable.count) {
    throw archiveError({
      code: "archive_too_large",
      reason: `The workspace has ${rebuildable.count} folders and files that can be rebuilt, too many to list.`,
      remedy: "Remove some of them, such as old folders `node_modules`.",
    });
  }
}
