import type { OpenFolder } from "../tree/open-folder.ts";
import type { ArchiveFolder } from "./archive-folder.ts";
import { ARCHIVE_LIMITS, type ArchiveLimits } from "./archive-limits.ts";
import { changed } from "./failure.ts";
import { Fingerprint } from "./write/fingerprint.ts";
import { readManifest } from "./manifest.ts";
import { readListing } from "./read/read-archive.ts";
import { fromJsonBytes, keyOf } from "./rules/listing.ts";
import { walk } from "./write/walk.ts";

/**
 * Proves that a workspace is still exactly what an archive has: no file came, went or was written to since. To be asked in the
 * same breath as the removal, when the workspace is in the trash already and nobody can reach it any more.
 *
 * @param workspace where it is now
 * @throws OrbError `archive_changed`, `archive_damaged`, and those of `walk`
 */
export async function assertStillArchived(
  workspace: OpenFolder,
  {
    into,
    name,
    signal,
    limits = ARCHIVE_LIMITS,
  }: {
    readonly into: ArchiveFolder;
    readonly name: string;
    readonly signal: AbortSignal;
    readonly limits?: ArchiveLimits;
  },
): Promise<void> {
  const folder = into.pathOf(name);
  const { manifest } = await readManifest(folder, name);
  const closed = new Set<string>();
  for await (const entry of readListing({ folder, name })) {
    if (entry.kind === "left_out" || entry.kind === "objects") closed.add(keyOf(fromJsonBytes(entry.path)));
  }
  const fingerprint = new Fingerprint();
  const enter = (path: Buffer): boolean => !closed.has(keyOf(path));
  for await (const { path, stat } of walk(workspace, { enter, limits, signal })) fingerprint.add(path, stat);
  if (fingerprint.text !== manifest.fingerprint) throw changed(manifest.workspace.path);
}
