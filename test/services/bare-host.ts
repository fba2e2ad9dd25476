import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../script/services/host.ts";

/** A host with only the programs that a test puts on its PATH. */
export interface BareHost extends AsyncDisposable {
  readonly host: Host;
  /** The only folder on the PATH besides those that were asked for. */
  readonly programs: string;
  /** The messages to the person. */
  readonly said: readonly string[];
}

/**
 * Makes a bare host in a temporary folder. `path` lists further folders of its PATH, `env` further variables;
 * `rest` overrides the other facts. It is Linux on x86-64 without root, and reaches no download server.
 */
export async function bareHost({
  path = [],
  env = {},
  ...rest
}: { path?: string[]; env?: Record<string, string> } & Partial<Omit<Host, "env">> = {}): Promise<BareHost> {
  const folder = await mkdtemp(join(tmpdir(), "orb-host-"));
  const programs = join(folder, "bin");
  await mkdir(programs);
  const said: string[] = [];
  const host: Host = {
    // The top-level domain that never resolves: https://www.rfc-editor.org/rfc/rfc2606
    env: { PATH: [programs, ...path].join(":"), MONGOMS_DOWNLOAD_MIRROR: "https://mirror.invalid", ...env },
    platform: "linux",
    arch: "x64",
    isRoot: false,
    cacheDir: join(folder, "cache"),
    say: (line) => said.push(line),
    ...rest,
  };
  return { host, programs, said, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Writes a shell script under the path of a program. */
export async function putProgram(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
