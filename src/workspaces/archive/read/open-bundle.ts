import { join } from "node:path";
import { SafeGit } from "../../git/safe-git.ts";
import { BUNDLE_TIMEOUT_MS, writeRefs } from "../write/bundle.ts";
import { damaged, isFullInGit } from "../failure.ts";
import type { ArchivedRepository } from "../manifest.ts";
import type { ArchivePlace } from "./read-archive.ts";

/**
 * Fetches a bundle into an empty repository and proves that it is whole: every object that one of its refs leads to is there.
 *
 * @param scratch a private folder
 * @returns the repository with all objects of the bundle; the caller closes it
 * @throws OrbError `archive_damaged`
 */
export async function openBundle(
  { folder, name }: ArchivePlace,
  { bundle, objectFormat, shallow, tips }: ArchivedRepository,
  { scratch, signal }: { readonly scratch: string; readonly signal: AbortSignal },
): Promise<SafeGit> {
  const git = await SafeGit.open({ objects: null, objectFormat, shallow }, { scratch });
  if (bundle === null) return git;
  try {
    const call = { signal, timeoutMs: BUNDLE_TIMEOUT_MS };
    const printed = await git.run(["bundle", "unbundle", join(folder, bundle)], call);
    const lines = printed.toString("latin1").split("\n").slice(0, -1);
    const found = await writeRefs(
      git,
      lines.map((line) => line.split(" ", 1)[0] ?? ""),
    );
    if (found !== tips) throw damaged(name, `${bundle} has ${found} refs instead of ${tips}`);
    // Reads every commit and folder, and demands that every file is there, as git does after a fetch.
    await git.run(["rev-list", "--objects", "--quiet", "--all"], call);
    return git;
  } catch (error) {
    await git.close();
    if (signal.aborted || isFullInGit(error)) throw error;
    throw damaged(name, `${bundle} is not whole`, error);
  }
}
