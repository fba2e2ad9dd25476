import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "../../../support/testing.ts";
import { eventually } from "../../../support/eventually.ts";
import { HolderFinder } from "../../../../src/workspaces/holders/find-holders.ts";
import { findLeftByServer } from "../../../../src/workspaces/holders/left-by-server.ts";
import { ScanThreads } from "../../../../src/workspaces/holders/scan-threads.ts";
import { OpenFolder } from "../../../../src/workspaces/tree/open-folder.ts";
import { fileSystem, ROOT, testNeeding } from "../../../support/workspaces/needs.ts";

const FUSE = [ROOT, fileSystem("fuse")];
const SERVER = fileURLToPath(new URL("./fuse.py", import.meta.url));
const SCAN_MS_MAX = 700;

let base: string;
let point: string;
let local: string;
let ended: (() => Promise<void>)[];
let servers: ChildProcess[];

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "orb-fuse-")));
  [point, local] = [join(base, "network"), join(base, "local")];
  for (const folder of [point, local]) mkdirSync(folder);
  [ended, servers] = [[], []];
});

afterEach(async () => {
  // A process can't even close its file while the server is stopped.
  for (const server of servers) server.kill("SIGCONT");
  for (const end of ended.toReversed()) await end();
  rmSync(base, { recursive: true });
});

/** Starts the server and mounts its file system. */
async function serve(): Promise<ChildProcess> {
  const server = spawn("python3", ["-I", SERVER, point], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(server, "exit");
  ended.push(async () => {
    await eventually("unmounted", isUnmounted);
    // Who still waits for an answer gets an error once the server is gone.
    server.kill("SIGKILL");
    await exit;
  });
  servers.push(server);
  if (server.stdout) await once(server.stdout, "data");
  return server;
}

function isUnmounted(): boolean {
  try {
    execFileSync("umount", ["--lazy", point], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}

/** A process that has a file open. */
async function holdOpen(path: string): Promise<void> {
  const holder = spawn("sh", ["-c", 'exec 7<"$0"; echo open; read nothing', path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (holder.stdout) await once(holder.stdout, "data");
  ended.push(async () => {
    const exit = once(holder, "exit");
    holder.stdin?.end();
    await exit;
  });
}

function folderOf(path: string) {
  const { dev, ino } = statSync(path, { bigint: true });
  return { dev, ino, path };
}

describe("B11: on a network file system", () => {
  testNeeding(FUSE, "only leases decide; processes of this machine are found all the same", async () => {
    await serve();
    await holdOpen(join(point, "ws/file"));
    await using finder = new HolderFinder();
    const { byFolder, onlyLeases } = await finder.find([folderOf(join(point, "ws")), folderOf(local)]);
    expect(onlyLeases).toEqual(new Set([join(point, "ws")]));
    expect(byFolder.get(join(point, "ws"))).toMatchObject([{ use: "open", path: "file" }]);
    expect(byFolder.get(local)).toEqual([]);
  });

  testNeeding(
    FUSE,
    "what a server keeps under a name of its own is in use on some machine, and can't be removed",
    async () => {
      await serve();
      await using folder = await OpenFolder.open(join(point, "ws"));
      const left = join("sub", ".nfs0000000000abcd00000001");
      expect(await findLeftByServer(folder)).toMatchObject([{ use: "left_by_server", path: left, count: 1 }]);
      expect(() => unlinkSync(join(point, "ws", left))).toThrow("EBUSY");
    },
  );

  testNeeding(
    FUSE,
    "a server that does not answer is not waited for: who uses local workspaces is known",
    async () => {
      const server = await serve();
      await holdOpen(join(point, "ws/file"));
      server.kill("SIGSTOP");
      await using finder = new HolderFinder(new ScanThreads({ scanMsMax: 20_000 }));
      const began = performance.now();
      const { byFolder } = await finder.find([folderOf(local)]);
      expect(byFolder.get(local)).toEqual([]);
      expect(performance.now() - began).toBeLessThan(10_000);
    },
  );

  testNeeding(
    FUSE,
    "a process that hangs behind a detached mount makes the scan fail in time, and is named; the next scan works",
    async () => {
      const server = await serve();
      await holdOpen(join(point, "ws/file"));
      execFileSync("umount", ["--lazy", point]);
      server.kill("SIGSTOP");
      await using finder = new HolderFinder(new ScanThreads({ scanMsMax: SCAN_MS_MAX }));
      const failures: unknown[] = [];
      const scan = () => finder.find([folderOf(local)], { onFailure: (error) => failures.push(error) });
      expect((await scan()).byFolder.get(local)).toMatchObject([{ kind: "unknown", cause: "scan_failed" }]);
      expect(failures).toMatchObject([
        { code: "holders_scan_hung", message: expect.stringMatching(/ hangs at process \d+\.$/) as unknown },
      ]);
      server.kill("SIGCONT");
      await eventually("a scan that works", async () => (await scan()).byFolder.get(local)?.length === 0);
    },
  );
});

test("files left by a server are found below any folder; more than are searched is a doubt and not a no", async () => {
  mkdirSync(join(local, "a/b"), { recursive: true });
  for (const name of [".nfs00000000012345", ".nfs-notes", ".nfsrc", ".fuse_hidden000000010000000a"]) {
    writeFileSync(join(local, "a/b", name), "");
  }
  await using folder = await OpenFolder.open(local);
  expect(await findLeftByServer(folder)).toMatchObject([{ kind: "known", count: 2 }]);
  expect(await findLeftByServer(folder, { entriesMax: 1 })).toMatchObject([
    { kind: "unknown", cause: "too_many_files" },
  ]);
  rmSync(join(local, "a"), { recursive: true });
  expect(await findLeftByServer(folder)).toEqual([]);
});

test("a folder that is not the one at its path is in doubt, and so is one that is gone; the others are not", async () => {
  await using finder = new HolderFinder();
  for (const name of ["one", "two"]) mkdirSync(join(local, name));
  const [one, two] = [folderOf(join(local, "one")), folderOf(join(local, "two"))];
  rmdirSync(one.path);
  const { byFolder } = await finder.find([one, two, { ...two, ino: two.ino + 1n, path: `${two.path}/` }]);
  expect([...byFolder.values()]).toMatchObject([[{ cause: "moved" }], [], [{ cause: "moved" }]]);
});

test("a scan that breaks down is a doubt for all, and its cause is reported", async () => {
  const module = new URL("data:text/javascript,throw new Error('broken')");
  await using finder = new HolderFinder(new ScanThreads({ module }));
  const failures: unknown[] = [];
  const { byFolder } = await finder.find([folderOf(local)], { onFailure: (error) => failures.push(error) });
  expect(byFolder.get(local)).toMatchObject([{ kind: "unknown", cause: "scan_failed" }]);
  expect(failures).toMatchObject([{ code: "holders_scan_failed" }]);
});
