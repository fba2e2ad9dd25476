import type { SafeGit } from "../../git/safe-git.ts";

/** Object names in one run of git: about 4 MB of input. */
const OBJECTS_AT_ONCE = 100_000;

/**
 * Which of these objects there are, and of what kind.
 *
 * @returns the types by name, without objects that are missing
 * @throws OrbError of git's; also if its answer is not as long as the question
 */
export async function typesOf(
  git: SafeGit,
  objects: readonly string[],
  { signal }: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for (let from = 0; from < objects.length; from += OBJECTS_AT_ONCE) {
    const asked = objects.slice(from, from + OBJECTS_AT_ONCE);
    const input = Buffer.from(asked.map((object) => `${object}\n`).join(""));
    const output = await git.run(["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
      input,
      signal,
    });
    const lines = output.toString("latin1").split("\n").slice(0, -1);
    if (lines.length !== asked.length) throw new Error("git cat-file did not answer for each object");
    for (const line of lines) {
      const [object = "", type = ""] = line.split(" ");
      if (type !== "missing") types.set(object, type);
    }
  }
  return types;
}
