import { runGit } from "./git-process.ts";
import { safeEnvironment } from "./git-surroundings.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import type { GitHost, ObjectFormat } from "./safe-git.ts";
import { parseConfigList } from "./rules/config-list.ts";

/** What a repository's configuration says of its layout. Nothing else of it is used. */
export interface RepositoryConfig {
  readonly objectFormat: ObjectFormat;
  /** `core.worktree`: where its files are; `null` if it does not say. */
  readonly workTree: Buffer | null;
  /** The addresses of its remotes: claims of the agent, which may write the file. */
  readonly remoteUrls: readonly string[];
}

/** A folder without `.git`, in which no program can make one. */
const NOWHERE = "/proc";

/**
 * Lets git parse a configuration that it does not obey: as a list of keys from its standard input, without includes.
 *
 * @throws OrbError `git_unreadable` if the repository has a format that is not understood; those of `runGit`
 */
export async function readConfig(bytes: Buffer, host: GitHost = {}): Promise<RepositoryConfig> {
  const chunks: Buffer[] = [];
  // An answer without our own key at its end is not complete.
  const input = Buffer.concat([bytes, Buffer.from("\n[orb]\n\tend = true\n")]);
  await runGit({
    args: ["config", "--file", "-", "--no-includes", "--null", "--list"],
    cwd: NOWHERE,
    environment: safeEnvironment("/nonexistent"),
    input,
    program: host.program,
    signal: host.signal,
    ...(host.timeoutMs === undefined ? {} : { timeoutMs: host.timeoutMs }),
    onOutput: (chunk) => chunks.push(chunk),
  });
  const values = parseConfigList(Buffer.concat(chunks));
  if (values === null) throw gitUnreadable("config", "can't be read: git config gave an incomplete answer");
  return interpret(values);
}

function interpret(values: ReadonlyMap<string, readonly Buffer[]>): RepositoryConfig {
  const last = (key: string): string | undefined => values.get(key)?.at(-1)?.toString("latin1");
  const refStorage = last("extensions.refstorage") ?? "files";
  if (refStorage.toLowerCase() !== "files") {
    throw gitUnreadable("config", `says that refs are stored as ${refStorage}, which is not understood`);
  }
  const objectFormat = (last("extensions.objectformat") ?? "sha1").toLowerCase();
  if (objectFormat !== "sha1" && objectFormat !== "sha256") {
    throw gitUnreadable("config", `says that objects are named by ${objectFormat}, which is not understood`);
  }
  const remotes = [...values].filter(([key]) => /^remote\..*\.(?:push)?url$/s.test(key));
  return {
    objectFormat,
    workTree: values.get("core.worktree")?.at(-1) ?? null,
    remoteUrls: [...new Set(remotes.flatMap(([, urls]) => urls.map(String)))],
  };
}
