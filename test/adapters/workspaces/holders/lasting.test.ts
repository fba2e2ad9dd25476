import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HolderFinder } from "../../../../src/workspaces/holders/find-holders.ts";
import { findLastingHolders } from "../../../../src/workspaces/holders/find-lasting.ts";
import { expect, test } from "../../../support/testing.ts";

/** As another worker of the bot does that measures: it has the folder open, until it is told to let go. */
const OPENS = `const { closeSync, openSync } = require("node:fs");
const fd = openSync(process.argv[1]);
process.on("message", () => { closeSync(fd); process.send("closed"); });
process.send("open");`;

async function hold(program: string, args: readonly string[], cwd: string) {
  const child = spawn(program, args, { cwd, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await once(child, "spawn");
  return {
    child,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function newFolder() {
  const path = await mkdtemp(join(tmpdir(), "orb-lasting-"));
  const { dev, ino } = await stat(path, { bigint: true });
  return { dev, ino, path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test("a process of our own program gets time to let a workspace go", async () => {
  await using folder = await newFolder();
  await using finder = new HolderFinder();
  await using holder = await hold(process.execPath, ["-e", OPENS, folder.path], "/");
  await once(holder.child, "message");
  const { byFolder } = await finder.find([folder]);
  expect(byFolder.get(folder.path)).toMatchObject([{ use: "open", process: { pid: holder.child.pid } }]);
  const letGo = async () => {
    holder.child.send("let go");
    await once(holder.child, "message");
  };
  expect(await findLastingHolders(finder, folder, { wait: letGo })).toEqual([]);
});

test("one that does not let go is found", async () => {
  await using folder = await newFolder();
  await using finder = new HolderFinder();
  await using holder = await hold(process.execPath, ["-e", OPENS, folder.path], "/");
  await once(holder.child, "message");
  let waits = 0;
  const wait = () => Promise.resolve(void waits++);
  const found = await findLastingHolders(finder, folder, { wait });
  expect(found).toMatchObject([{ use: "open", process: { pid: holder.child.pid } }]);
  expect(waits).toBe(4);
});

test("for another program nobody waits", async () => {
  await using folder = await newFolder();
  await using finder = new HolderFinder();
  await using holder = await hold("sleep", ["60"], folder.path);
  const wait = () => Promise.reject(new Error("It waited"));
  const found = await findLastingHolders(finder, folder, { wait });
  expect(found).toMatchObject([{ use: "working_folder", process: { pid: holder.child.pid } }]);
});
