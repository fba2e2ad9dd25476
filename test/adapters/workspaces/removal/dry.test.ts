import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "../../../support/testing.ts";
import { contentHash } from "./content-hash.ts";
import { fillWithHostileThings, makeOutside } from "./hostile-tree.ts";
import { program, ROOT, testNeeding } from "../../../support/workspaces/needs.ts";
import type { Asked } from "./remover-process.ts";
import { startRemover } from "./run-remover.ts";
import { setUpStand } from "./stand.ts";

/** Every call that changes a file system, and `open`, which may ask for a handle that can. */
const CALLS =
  "unlink,unlinkat,rmdir,rename,renameat,renameat2,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,truncate,ftruncate,utimensat,setxattr,lsetxattr,fsetxattr,removexattr,open,openat,openat2,creat,mount,umount2";
const CHANGES = /^\d+\s+(?!open)|O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/;

describe("a look at what blocks a removal changes nothing (C16)", () => {
  testNeeding(
    [ROOT, program("strace")],
    "it makes no call that could, and holds no handle that can write",
    async () => {
      await using stand = await setUpStand();
      const path = stand.make("w");
      fillWithHostileThings(path, makeOutside(stand.base));
      const before = contentHash(stand.base);
      const root = stand.root.path;
      expect(changesOf(await trace({ act: "blocks", root, path }), stand.base)).toEqual([]);
      expect(contentHash(stand.base)).toBe(before);
      // The control: the same net catches what the removal itself does.
      const tombstone = await stand.plan("w");
      const calls = changesOf(await trace({ act: "remove", root, tombstone }), stand.base);
      expect(calls.length).toBeGreaterThan(100);
    },
  );
});

async function trace(asked: Asked): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "orb-trace-"));
  const log = join(folder, "log");
  try {
    const wrapper = [
      "strace",
      "-f",
      "--seccomp-bpf",
      "-qq",
      "-y",
      "-s",
      "300",
      "-o",
      log,
      "-e",
      `trace=${CALLS}`,
    ];
    await using remover = startRemover({ wrapper });
    expect(await remover.ask(asked)).not.toBeNull();
    return readFileSync(log, "latin1");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines about something that changes files below this folder, whether by path or by descriptor. */
function changesOf(log: string, base: string): readonly string[] {
  return log
    .split("\n")
    .filter((line) => CHANGES.test(line) && (line.includes(base) || line.includes("/proc/self/fd/")))
    .filter((line) => !/O_RDONLY/.test(line));
}
