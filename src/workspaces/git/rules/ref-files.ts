// git's files about refs, read without git. https://git-scm.com/docs/gitrepository-layout

/** What HEAD or another ref stands for: a commit, or another ref. */
export type RefContent = { readonly sha: string } | { readonly ref: Buffer };

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const REF_PREFIX = Buffer.from("ref:");

function isSha(text: string): boolean {
  return SHA.test(text);
}

/** The id of nothing: what a ref was before it existed. */
function isZero(sha: string): boolean {
  return /^0+$/.test(sha);
}

/** The content of a loose ref; `null` if it is none. */
export function parseRef(bytes: Buffer): RefContent | null {
  const line = trimEnd(bytes);
  if (line.subarray(0, REF_PREFIX.length).equals(REF_PREFIX)) {
    const ref = trimStart(line.subarray(REF_PREFIX.length));
    return ref.length === 0 ? null : { ref };
  }
  const sha = line.toString("latin1");
  return isSha(sha) ? { sha } : null;
}

/** Files such as MERGE_HEAD, of which each line begins with a commit. Lines without one are ignored. */
export function parseShas(bytes: Buffer): string[] {
  const words = bytes
    .toString("latin1")
    .split("\n")
    .map((line) => line.split(/[\t ]/, 1)[0] ?? "");
  return words.filter((word) => isSha(word) && !isZero(word));
}

export interface PackedRef {
  readonly name: Buffer;
  readonly sha: string;
}

/** The refs of `packed-refs`; `null` if a line is not understood, because it may be the one that counts. */
export function parsePackedRefs(bytes: Buffer): PackedRef[] | null {
  const refs: PackedRef[] = [];
  for (const line of lines(bytes)) {
    // A comment, and the commit of the tag in the line before.
    if (line.length === 0 || line[0] === 0x23 || line[0] === 0x5e) continue;
    const space = line.indexOf(0x20);
    const sha = line.subarray(0, Math.max(space, 0)).toString("latin1");
    if (!isSha(sha) || space + 1 === line.length) return null;
    refs.push({ sha, name: Buffer.from(line.subarray(space + 1)) });
  }
  return refs;
}

/**
 * The commits in a reflog: before and after each step. `null` if a line is not understood.
 * https://git-scm.com/docs/git-reflog
 */
export function parseReflog(bytes: Buffer): string[] | null {
  const shas = new Set<string>();
  for (const line of lines(bytes)) {
    if (line.length === 0) continue;
    const [before = "", after = ""] = line.subarray(0, 130).toString("latin1").split(" ", 2);
    if (!isSha(before) || !isSha(after)) return null;
    for (const sha of [before, after]) if (!isZero(sha)) shas.add(sha);
  }
  return [...shas];
}

/** The path in a `.git` file (`gitdir: path`), or in `commondir` and `gitdir` (only the path); `null` if there is none. */
export function parsePointer(bytes: Buffer, prefix: "gitdir:" | ""): Buffer | null {
  if (!bytes.subarray(0, prefix.length).equals(Buffer.from(prefix))) return null;
  const path = trimStart(trimEnd(bytes.subarray(prefix.length)));
  return path.length === 0 || path.includes(0) ? null : path;
}

export function* lines(bytes: Buffer): Generator<Buffer, void> {
  for (let begin = 0; begin < bytes.length;) {
    const end = bytes.indexOf(0x0a, begin);
    yield bytes.subarray(begin, end === -1 ? bytes.length : end);
    if (end === -1) return;
    begin = end + 1;
  }
}

/** Only line ends: a path may end with a space. */
function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  return bytes.subarray(0, end);
}

function trimStart(bytes: Buffer): Buffer {
  let begin = 0;
  while (bytes[begin] === 0x20 || bytes[begin] === 0x09) begin++;
  return bytes.subarray(begin);
}
