import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveFolder } from "./archive-folder.ts";
import { damaged, toArchiveFailure } from "./failure.ts";
import { hashFile } from "./read/hash-file.ts";
import { type Manifest, MANIFEST_NAME, MANIFEST_SUM_NAME, readManifest } from "./manifest.ts";
import { typesOf } from "./read/object-types.ts";
import { openBundle } from "./read/open-bundle.ts";
import { type ArchivePlace, bytesInTar, readListing, TarFiles } from "./read/read-archive.ts";

export interface VerifyOptions {
  /** The hash of the manifest, if the caller kept it: then also an archive that somebody exchanged is refused. */
  readonly expected?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Reads back everything of an archive: the hash of every part, the content of every file, and each bundle in an empty
 * repository. An archive counts only after that.
 *
 * @returns what it says of itself
 * @throws OrbError `archive_damaged`, `archive_missing`, `archive_full` (reading bundles needs room for them)
 */
export async function verifyArchive(
  into: ArchiveFolder,
  name: string,
  options: VerifyOptions,
): Promise<Manifest> {
  await into.demand(name);
  await using scratch = await into.scratch(name);
  return await verifyFolder({ folder: into.pathOf(name), name }, { ...options, scratch: scratch.path });
}

/** @param scratch a private folder for throw-away repositories */
export async function verifyFolder(
  place: ArchivePlace,
  { expected, scratch, signal }: VerifyOptions & { readonly scratch: string },
): Promise<Manifest> {
  try {
    const { manifest, sha256 } = await readManifest(place.folder, place.name);
    if (expected !== undefined && sha256 !== expected)
      throw damaged(place.name, "it is another one than was written");
    if (manifest.name !== place.name) throw damaged(place.name, "it has the name of another one");
    await checkParts(place, manifest);
    const blobs = await checkFiles(place, manifest, signal);
    for (const [index, repository] of manifest.repositories.entries()) {
      await using git = await openBundle(place, repository, { scratch, signal });
      const needed = [...(blobs.get(index) ?? [])];
      const types = await typesOf(git, needed, { signal });
      if (needed.some((blob) => types.get(blob) !== "blob")) {
        throw damaged(place.name, `a bundle lacks files that the listing names`);
      }
    }
    return manifest;
  } catch (error) {
    throw toArchiveFailure(error, place.name);
  }
}

async function checkParts({ folder, name }: ArchivePlace, { parts }: Manifest): Promise<void> {
  const expected = [...parts.map((part) => part.name), MANIFEST_NAME, MANIFEST_SUM_NAME].sort();
  const found = (await readdir(folder)).sort();
  if (found.join("/") !== expected.join("/"))
    throw damaged(name, "it has other files than its manifest says");
  for (const part of parts) {
    const { bytes, sha256 } = await hashFile(join(folder, part.name));
    if (bytes !== part.bytes || sha256 !== part.sha256) {
      throw damaged(name, `${part.name} has other content than its manifest says`);
    }
  }
}

/** @returns the blobs that files need, by the number of the repository */
async function checkFiles(
  place: ArchivePlace,
  { repositories, entries }: Manifest,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const blobs = new Map(repositories.map((_, index) => [index, new Set<string>()]));
  const counts: Record<string, number> = {};
  await using tar = new TarFiles(place);
  for await (const entry of readListing(place)) {
    signal.throwIfAborted();
    counts[entry.kind] = (counts[entry.kind] ?? 0) + 1;
    const number =
      entry.kind === "objects"
        ? entry.repository
        : entry.kind === "file" && entry.held.in === "git"
          ? entry.held.repository
          : null;
    if (number !== null && !blobs.has(number))
      throw damaged(place.name, "the listing names a repository that is not there");
    if (entry.kind !== "file") continue;
    if (entry.held.in === "git") {
      blobs.get(entry.held.repository)?.add(entry.held.blob);
      continue;
    }
    const hash = createHash("sha256");
    for await (const chunk of await tar.content(entry.held, { bytes: bytesInTar(entry), size: entry.size }))
      hash.update(chunk);
    if (hash.digest("hex") !== entry.sha256)
      throw damaged(place.name, "a file has other content than the listing says");
  }
  await tar.end();
  if (Object.keys({ ...counts, ...entries }).some((kind) => counts[kind] !== entries[kind])) {
    throw damaged(place.name, "the listing has other entries than the manifest says");
  }
  return blobs;
}
