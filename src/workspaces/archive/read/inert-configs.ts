import { writeFile } from "node:fs/promises";
import { OrbError } from "../../../errors.ts";
import { runGit } from "../../git/git-process.ts";
import { safeEnvironment } from "../../git/git-surroundings.ts";
import { readSmallFile } from "../../git/read-small-file.ts";
import type { OpenFolder } from "../../tree/open-folder.ts";
import { activeConfig, parseConfig } from "../rules/active-config.ts";
import { giveAway } from "./tree-builder.ts";
import { type Entry, fromJsonBytes, inertName, split } from "../rules/listing.ts";

const CONFIGS = new Set(["config", "config.worktree"]);
const CONFIG_BYTES_MAX = 1024 * 1024;
/** A folder in which git finds no repository. */
const NOWHERE = "/proc";

/** Configurations that came back as data: those that git may obey again are written beside them. */
export class InertConfigs {
  readonly #names = new Map<string, string[]>();

  note(entry: Entry): void {
    if (entry.kind !== "file" || !entry.inert) return;
    const { folder, name } = split(fromJsonBytes(entry.path));
    if (!CONFIGS.has(String(name))) return;
    const key = folder.toString("latin1");
    this.#names.set(key, [...(this.#names.get(key) ?? []), String(name)]);
  }

  /** For a folder of which all files are there now. */
  async activate(
    folder: OpenFolder,
    { path, ...owner }: { readonly path: Buffer; readonly uid: number; readonly gid: number },
  ): Promise<void> {
    for (const name of this.#names.get(path.toString("latin1")) ?? []) {
      const archived = await readSmallFile(folder, inertName(Buffer.from(name)), CONFIG_BYTES_MAX);
      const lines = await list(archived?.bytes ?? Buffer.alloc(0));
      const text = activeConfig(lines, { gitFolder: String(path) });
      await writeFile(folder.at(name), `${NOTE}${text}`, { flag: "wx", mode: 0o644 });
      await giveAway(folder.at(name), owner);
    }
  }
}

const NOTE = "# Restored from an archive. All keys are in the file beside it that ends with .archived.\n";

/** git reads it from its standard input, and obeys none of it. What git can't read has no key that could be kept. */
async function list(config: Buffer): Promise<ReturnType<typeof parseConfig>> {
  const chunks: Buffer[] = [];
  try {
    await runGit({
      args: ["config", "--file", "-", "--no-includes", "--null", "--list"],
      cwd: NOWHERE,
      environment: safeEnvironment("/nonexistent"),
      input: config,
      onOutput: (chunk) => chunks.push(chunk),
    });
  } catch (error) {
    if (error instanceof OrbError && error.code === "git_failed") return [];
    throw error;
  }
  return parseConfig(Buffer.concat(chunks));
}
