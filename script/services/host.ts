import { fileURLToPath } from "node:url";

/** What a search for a program may read and change; tests pass their own. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  readonly isRoot: boolean;
  /** Git-ignored folder for downloads; created when it is first needed. */
  readonly cacheDir: string;
  /** Reports what is being downloaded or installed, one line at a time. */
  say(line: string): void;
}

/** The machine this process runs on. Messages go to stderr, because stdout belongs to the caller. */
export function currentHost(): Host {
  return {
    env: process.env,
    platform: process.platform,
    arch: process.arch,
    isRoot: process.getuid?.() === 0,
    cacheDir: fileURLToPath(new URL("../../.cache/services", import.meta.url)),
    say: (line) => console.error(line),
  };
}
