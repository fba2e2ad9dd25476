import { expect, test } from "@jest/globals";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { findChromium } from "../../script/services/browser-provider.ts";
import { findMongod } from "../../script/services/mongod-provider.ts";
import { findRedisServer } from "../../script/services/redis-provider.ts";
import { bareHost, putProgram } from "./bare-host.ts";

const SYSTEM_FOLDERS = ["/usr/bin", "/bin"];

test("a mongod on the PATH is taken", async () => {
  await using bare = await bareHost();
  await putProgram(join(bare.programs, "mongod"), "echo 'db version v7.0.3'");

  expect(await findMongod(bare.host)).toEqual({
    path: join(bare.programs, "mongod"),
    version: "7.0.3",
    source: "the PATH",
  });
  expect(bare.said).toEqual([]);
});

test("of the mongods kept from earlier runs the newest is taken, by number", async () => {
  await using bare = await bareHost();
  const folder = join(bare.host.cacheDir, "mongod");
  await mkdir(folder, { recursive: true });
  await putProgram(join(folder, "mongod-x64-debian12-9.0.1"), "echo 'db version v9.0.1'");
  await putProgram(join(folder, "mongod-x64-debian12-10.0.1"), "echo 'db version v10.0.1'");
  await putProgram(join(folder, "mongod-x64-debian12-10.0.1.md5"), "exit 1");

  expect(await findMongod(bare.host)).toMatchObject({ version: "10.0.1", source: "an earlier run" });
});

test("mongodb-memory-server's own setting for an installed mongod is honoured", async () => {
  await using bare = await bareHost();
  const path = join(bare.programs, "mongod-of-mine");
  await putProgram(path, "echo 'db version v8.0.0'");
  const host = { ...bare.host, env: { ...bare.host.env, MONGOMS_SYSTEM_BINARY: path } };

  expect(await findMongod(host)).toEqual({ path, version: "8.0.0", source: "MONGOMS_SYSTEM_BINARY" });
});

test("where no mongod can be had, the refusal says what each place said, and what to do", async () => {
  await using bare = await bareHost({ arch: "riscv64" });
  await putProgram(join(bare.programs, "mongod"), "echo 'db version v5.0.9'");

  await expect(findMongod(bare.host)).rejects.toMatchObject({
    code: "service_program_missing",
    message: expect.stringMatching(
      new RegExp(
        [
          "mongod on the PATH: .*version 5\\.0\\.9; 6\\.0\\.0 or newer is needed",
          "kept from an earlier run: .*none in",
          "mongodb-memory-server: mirror\\.invalid can't be reached",
          "Python wheel: the wheel is for Linux on x86-64, and this is linux on riscv64",
        ].join("[^]*"),
      ),
    ),
    remedy: expect.stringMatching(/Debian[^]*macOS[^]*Docker/),
  });
});

test("a valkey-server does for Redis", async () => {
  await using bare = await bareHost();
  await putProgram(join(bare.programs, "valkey-server"), "echo 'Valkey server v=9.1.2 sha=00000000:0'");

  expect(await findRedisServer(bare.host)).toMatchObject({ version: "9.1.2", source: "the PATH" });
});

test("as root on Debian, redis-server is installed with apt-get, and the person is told", async () => {
  await using bare = await bareHost({ isRoot: true });
  const server = join(bare.programs, "redis-server");
  await putProgram(
    join(bare.programs, "apt-get"),
    `case "$*" in *install*redis-server*) printf '#!/bin/sh\\necho Redis server v=7.0.15\\n' > ${server}
     [ "$DEBIAN_FRONTEND" = noninteractive ] && /bin/chmod +x ${server} ;; esac`,
  );

  expect(await findRedisServer(bare.host)).toMatchObject({ path: server, version: "7.0.15" });
  expect(bare.said).toEqual(["Installing the Debian package redis-server with apt-get"]);
});

test("where no Redis can be had, the refusal says what each place said, and what to do", async () => {
  await using bare = await bareHost({ platform: "darwin" });
  await putProgram(join(bare.programs, "redis-server"), "echo 'Redis server v=5.0.1'");
  await putProgram(join(bare.programs, "apt-get"), "exit 100");

  await expect(findRedisServer(bare.host)).rejects.toMatchObject({
    code: "service_program_missing",
    message: expect.stringMatching(
      /version 5\.0\.1; 6\.2\.0 or newer[^]*installing redis-server needs root[^]*this is darwin on x64/,
    ),
    remedy: expect.stringMatching(/apt-get install redis-server[^]*brew install redis[^]*REDIS_URL/),
  });
});

test("what apt-get complains about is passed on", async () => {
  await using bare = await bareHost({ isRoot: true, platform: "darwin" });
  await putProgram(join(bare.programs, "apt-get"), "echo 'E: the mirror is down' >&2; exit 100");

  await expect(findRedisServer(bare.host)).rejects.toThrow("E: the mirror is down");
});

test("CHROMIUM_PATH goes before the browsers on the PATH", async () => {
  await using bare = await bareHost({ path: SYSTEM_FOLDERS });
  const path = join(bare.programs, "my-browser");
  await putProgram(path, "echo 'Chromium 140.0.7339.1'");
  await putProgram(join(bare.programs, "chromium"), "echo 'Chromium 141.0.7390.5'");
  const host = { ...bare.host, env: { ...bare.host.env, CHROMIUM_PATH: path } };

  expect(await findChromium(host)).toEqual({ path, version: "140.0.7339", source: "CHROMIUM_PATH" });
  expect(await findChromium(bare.host)).toMatchObject({ version: "141.0.7390", source: "the PATH" });
});
