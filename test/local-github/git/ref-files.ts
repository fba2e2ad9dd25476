// Refs as git stores them: a file each, with the commit's id, until somebody packs them. To read or write such a file saves
// a process; what only git can tell is left to it. https://git-scm.com/docs/gitrepository-layout

import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import type { BareRepository } from "./bare-repository.ts";

/** Names that lead to another file than git's own reading of them would. */
const DECEPTIVE = /\.\.|\/[/.]|\.lock$/;
const TARGET = /^(?:ref: (?<target>refs\/.+)|(?<sha>[0-9a-f]{40}))\n$/;

/** What a ref (full name, or HEAD) points to, `null` if it does not exist, `undefined` if only git can tell. */
export async function readRef(git: BareRepository, name: string): Promise<string | null | undefined> {
  if (DECEPTIVE.test(name)) return undefined;
  const content = await contentOf(`${git.gitDir}/${name}`);
  if (content === null) return (await isPacked(git)) ? undefined : null;
  const { target, sha } = TARGET.exec(content)?.groups ?? {};
  return target !== undefined && name === "HEAD" ? readRef(git, target) : sha;
}

/** The refs below a folder and what they point to, by name; `null` if only git can list them. */
export async function readRefs(git: BareRepository, folder: string): Promise<Map<string, string> | null> {
  const files = await readdir(`${git.gitDir}/${folder}`, { recursive: true, withFileTypes: true }).catch(
    () => null,
  );
  if (files === null || (await isPacked(git))) return null;
  const names = files
    .filter((file) => file.isFile())
    .map((file) => relative(git.gitDir, `${file.parentPath}/${file.name}`))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const refs = await Promise.all(names.map(async (name) => [name, await readRef(git, name)] as const));
  // Deleted or moved at this moment: git has its own order for that.
  if (!refs.every((ref): ref is readonly [string, string] => typeof ref[1] === "string")) return null;
  return new Map(refs);
}

/** Creates or moves a ref that nobody else writes: under git's lock, but without its checks. */
export async function writeRef(git: BareRepository, name: string, sha: string): Promise<void> {
  const path = `${git.gitDir}/${name}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.lock`, `${sha}\n`, { flag: "wx" });
  await rename(`${path}.lock`, path);
}

async function isPacked(git: BareRepository): Promise<boolean> {
  return (await contentOf(`${git.gitDir}/packed-refs`)) !== null;
}

/** `null` if the file does not exist; empty if it can't be read. */
function contentOf(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" || error.code === "ENOTDIR" ? null : "",
  );
}
