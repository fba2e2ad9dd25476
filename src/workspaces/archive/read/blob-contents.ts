import type { SafeGit } from "../../git/safe-git.ts";
import { damaged } from "../failure.ts";
import type { ArchivePlace } from "./read-archive.ts";
import { readListing } from "./read-archive.ts";
import type { FileEntry } from "../rules/listing.ts";

/** Blobs of one run of git. Each is at most as large as the archiver takes from git: 8 MiB. */
const BYTES_AT_ONCE = 16 * 1024 * 1024;
const BLOBS_AT_ONCE = 2_000;

interface Wanted {
  readonly repository: number;
  readonly blob: string;
  readonly size: number;
}

/**
 * The contents of all files that the listing finds in git, in the order of the listing.
 *
 * @param repositories by number, with the objects of their bundles
 * @throws OrbError `archive_damaged`
 */
export async function* blobContents(
  place: ArchivePlace,
  repositories: readonly SafeGit[],
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<Buffer, void> {
  let batch: Wanted[] = [];
  let bytes = 0;
  for await (const entry of readListing(place)) {
    const wanted = entry.kind === "file" ? wantedOf(entry) : null;
    if (wanted === null) continue;
    const isOther = batch.length > 0 && batch[0]?.repository !== wanted.repository;
    if (isOther || bytes + wanted.size > BYTES_AT_ONCE || batch.length === BLOBS_AT_ONCE) {
      yield* readBatch(place, { batch, repositories, signal });
      [batch, bytes] = [[], 0];
    }
    batch.push(wanted);
    bytes += wanted.size;
  }
  yield* readBatch(place, { batch, repositories, signal });
}

function wantedOf({ held, size }: FileEntry): Wanted | null {
  return held.in === "git" ? { repository: held.repository, blob: held.blob, size } : null;
}

async function* readBatch(
  { name }: ArchivePlace,
  {
    batch,
    repositories,
    signal,
  }: {
    readonly batch: readonly Wanted[];
    readonly repositories: readonly SafeGit[];
    readonly signal: AbortSignal;
  },
): AsyncGenerator<Buffer, void> {
  const [first] = batch;
  if (!first) return;
  const git = repositories[first.repository];
  if (!git) throw damaged(name, "the listing names a repository that is not there");
  const input = Buffer.from(batch.map(({ blob }) => `${blob}\n`).join(""));
  const output = await git.run(["cat-file", "--batch"], { input, signal });
  let at = 0;
  for (const { blob, size } of batch) {
    const header = `${blob} blob ${size}\n`;
    const begin = at + header.length;
    if (output.toString("latin1", at, begin) !== header || output[begin + size] !== LINE_FEED) {
      throw damaged(name, "a bundle has another file than the listing says");
    }
    yield output.subarray(begin, begin + size);
    at = begin + size + 1;
  }
}

const LINE_FEED = 0x0a;
