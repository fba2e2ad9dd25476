import { z } from "zod";

/** Bytes that need not be UTF-8, such as a file's name: as text where that gives the same bytes back. */
const Bytes = z.union([z.string(), z.strictObject({ base64: z.base64() })]);
export type JsonBytes = z.infer<typeof Bytes>;

const Digits = z.string().regex(/^-?\d{1,20}$/);
const Count = z.int().min(0);

/** What every entry says of its original. */
const original = {
  /** Below the workspace, without a slash at its beginning; empty for the workspace itself. */
  path: Bytes,
  /** Only the permission bits. */
  mode: z.int().min(0).max(0o7777),
  uid: Count,
  gid: Count,
  mtimeNs: Digits,
  /** git would obey it, so it comes back under another name: `inertName`. */
  inert: z.literal(true).optional(),
};

const Held = z.discriminatedUnion("in", [
  /**
   * The file with this number in `files.tar`, counted from 0. If it has `extents`, only these parts of the original are
   * there, each with its start and length in bytes; everything between them is zeros.
   */
  z.strictObject({
    in: z.literal("tar"),
    at: Count,
    extents: z.array(z.tuple([Count, Count])).optional(),
  }),
  /** A blob in the bundle of the repository with this number. */
  z.strictObject({ in: z.literal("git"), repository: Count, blob: z.string().regex(/^[0-9a-f]{40,64}$/) }),
]);

/**
 * One thing in a workspace. A folder comes directly before everything in it.
 *
 * - `objects`: the objects of a repository; the bundle has what is in it
 * - `same_file`: another name of a file that came before, a hard link
 * - `special`: noted, and neither read nor restored
 * - `left_out`: can be rebuilt, and is not in the archive
 */
export const Entry = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("folder"), ...original }),
  z.strictObject({
    kind: z.literal("file"),
    ...original,
    size: Count,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    held: Held,
  }),
  z.strictObject({ kind: z.literal("link"), ...original, target: Bytes }),
  z.strictObject({ kind: z.literal("same_file"), ...original, of: Bytes }),
  z.strictObject({ kind: z.literal("objects"), ...original, repository: Count }),
  z.strictObject({ kind: z.literal("special"), ...original, type: z.enum(["fifo", "socket", "device"]) }),
  z.strictObject({ kind: z.literal("left_out"), ...original }),
]);
export type Entry = z.infer<typeof Entry>;
export type FileEntry = Extract<Entry, { kind: "file" }>;
export type Original = Pick<Entry, keyof typeof original>;
export type Extents = NonNullable<Extract<FileEntry["held"], { in: "tar" }>["extents"]>;

export function toJsonBytes(bytes: Buffer): JsonBytes {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : { base64: bytes.toString("base64") };
}

export function fromJsonBytes(bytes: JsonBytes): Buffer {
  return typeof bytes === "string" ? Buffer.from(bytes, "utf8") : Buffer.from(bytes.base64, "base64");
}

/** One line of `listing.jsonl`, with its line feed. JSON has none inside, so lines can be divided by bytes. */
export function toLine(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** @throws an error of zod's or JSON's if the line is not an entry; the caller says which archive is damaged */
export function fromLine(line: string): Entry {
  return Entry.parse(JSON.parse(line));
}

/** The name under which something that git would obey comes back. */
export function inertName(name: Buffer): Buffer {
  return Buffer.concat([name, Buffer.from(".archived")]);
}

/** Whether bytes can be one step of a path: one name in one folder, and none that leads anywhere else. */
export function isName(name: Buffer): boolean {
  if (name.length === 0 || name.length > NAME_BYTES_MAX) return false;
  if (name.includes(SLASH) || name.includes(0)) return false;
  return !(name.equals(DOT) || name.equals(DOTS));
}

const NAME_BYTES_MAX = 255;
const SLASH = 0x2f;
const DOT = Buffer.from(".");
const DOTS = Buffer.from("..");

/** @returns the path of the folder, and the name in it */
export function split(path: Buffer): { readonly folder: Buffer; readonly name: Buffer } {
  const slash = path.lastIndexOf(SLASH);
  return { folder: path.subarray(0, Math.max(0, slash)), name: path.subarray(slash + 1) };
}

/** A path as a key: a string of single bytes. */
export function keyOf(path: Buffer): string {
  return path.toString("latin1");
}
