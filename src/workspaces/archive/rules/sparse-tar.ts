import type { Extents } from "./listing.ts";

const BLOCK_BYTES = 512;

/** A file of which only some parts are in the tar; everything between them is zeros. */
export interface Sparse {
  readonly extents: Extents;
  /** Of the whole file, in bytes. */
  readonly size: number;
}

/**
 * What stands before the parts of a sparse file in the tar, in the form 1.0 of https://www.gnu.org/software/tar/manual/html_node/PAX-1.html:
 * the number of parts, then the start and the length of each, filled up to a whole block. A hole at the end needs a part without bytes.
 */
export function sparseMap({ extents, size }: Sparse): Buffer {
  const last = extents.at(-1);
  const isOpen = last === undefined || last[0] + last[1] < size;
  const parts = [...extents, ...(isOpen ? [[size, 0] as const] : [])];
  const text = [parts.length, ...parts.flat()].map((number) => `${number}\n`).join("");
  const bytes = Buffer.from(text, "ascii");
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (BLOCK_BYTES - 1))]);
}

/** The fields of its extended header. @param name its path in the tar */
export function sparseFields(name: string, { size }: Sparse): Readonly<Record<string, string>> {
  return {
    "GNU.sparse.major": "1",
    "GNU.sparse.minor": "0",
    "GNU.sparse.name": name,
    "GNU.sparse.realsize": String(size),
  };
}

/** Whether the fields of an extended header say so. Archives of older versions have only the parts, and the listing says where they belong. */
export function isSparse(fields: Readonly<Record<string, string>> | null | undefined): boolean {
  return fields?.["GNU.sparse.major"] === "1" && fields["GNU.sparse.minor"] === "0";
}
