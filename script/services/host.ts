import { fileURLToPath } from "node:url";

/** What a search for a program may look at and touch; tests pass a host of their own. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  readonly isRoot: boolean;
  /** Git-ignored folder for what was fetched once; made when it is first needed. */
  readonly cacheDir: string;
  /** Tells the person what is being fetched or installed, one line at a time. */
  say(line: string): void;
}

/** The machine this process runs on. It speaks on stderr, because stdout belongs to whoever called. */
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
