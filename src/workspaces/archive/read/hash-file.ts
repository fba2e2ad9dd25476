import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Part } from "../manifest.ts";

/** Reads a file of an archive once. */
export async function hashFile(path: string): Promise<Omit<Part, "name">> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
