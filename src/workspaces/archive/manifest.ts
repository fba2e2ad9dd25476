import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isSystemError } from "../tree/failure.ts";
import { damaged } from "./failure.ts";

export const MANIFEST_NAME = "manifest.json";
/** In the form of `sha256sum --check`, so that people can check it without us. */
export const MANIFEST_SUM_NAME = "manifest.sha256";
export const LISTING_NAME = "listing.jsonl";
export const FILES_NAME = "files.tar";
const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().min(0);
const Part = z.strictObject({
  name: z.string().regex(/^(?:listing\.jsonl|files\.tar|repository-\d{1,9}\.bundle)$/),
  bytes: Count,
  sha256: Sha256,
});

const Repository = z.strictObject({
  /** Where its files are in the workspace, for people; the listing decides. */
  path: z.string(),
  objectFormat: z.enum(["sha1", "sha256"]),
  /** `null`: it has no object at all. */
  bundle: z.string().nullable(),
  /** How many refs its bundle has. */
  tips: Count,
  /** Commits whose parents the workspace did not have either: a shallow clone. */
  shallow: z.array(z.string().regex(/^[0-9a-f]{40,64}$/)),
});

const Manifest = z.strictObject({
  format: z.literal("orb-workspace-archive"),
  version: z.literal(1),
  name: z.string(),
  at: z.iso.datetime(),
  /** Where the workspace was, for people and for `restore`. */
  workspace: z.strictObject({ host: z.string(), path: z.string() }),
  repositories: z.array(Repository),
  /** Of everything that was read, without its content: see `Fingerprint`. */
  fingerprint: Sha256,
  /** Of each kind of entry, how many the listing has. */
  entries: z.record(z.string(), Count),
  /** Every other file of the archive. There are no further ones. */
  parts: z.array(Part),
});
export type Manifest = z.infer<typeof Manifest>;
export type ArchivedRepository = z.infer<typeof Repository>;
export type Part = z.infer<typeof Part>;

/**
 * Writes the manifest and the file with its hash, and brings both to the disk.
 *
 * @returns the manifest's SHA-256, which names the whole content of the archive
 */
export async function writeManifest(folder: string, manifest: Manifest): Promise<string> {
  const text = `${JSON.stringify(Manifest.parse(manifest), null, 2)}\n`;
  const sha256 = createHash("sha256").update(text).digest("hex");
  await writeDurably(join(folder, MANIFEST_NAME), text);
  await writeDurably(join(folder, MANIFEST_SUM_NAME), sumLine(sha256));
  return sha256;
}

/**
 * Reads a manifest whose hash is right.
 *
 * @param name of the archive, for people
 * @throws OrbError `archive_damaged`
 */
export async function readManifest(
  folder: string,
  name: string,
): Promise<{ readonly manifest: Manifest; readonly sha256: string }> {
  const [text, sum] = await Promise.all([
    read(folder, MANIFEST_NAME, name),
    read(folder, MANIFEST_SUM_NAME, name),
  ]);
  const sha256 = createHash("sha256").update(text).digest("hex");
  if (!sum.equals(Buffer.from(sumLine(sha256)))) {
    throw damaged(name, `${MANIFEST_NAME} and ${MANIFEST_SUM_NAME} do not belong together`);
  }
  try {
    return { manifest: Manifest.parse(JSON.parse(text.toString("utf8"))), sha256 };
  } catch (error) {
    throw damaged(name, `${MANIFEST_NAME} is not one of this version of the bot`, error);
  }
}

async function read(folder: string, file: string, name: string): Promise<Buffer> {
  const path = join(folder, file);
  try {
    if ((await stat(path)).size > MANIFEST_BYTES_MAX) throw damaged(name, `${file} is too large`);
    return await readFile(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw damaged(name, `${file} can't be read: ${error.code}`, error);
  }
}

function sumLine(sha256: string): string {
  return `${sha256}  ${MANIFEST_NAME}\n`;
}

/** A new file, on the disk when this returns. */
async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(text);
  await file.sync();
}
