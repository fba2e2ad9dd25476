import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, dirname } from "node:path";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { expect, test, describe } from "../support/testing.ts";
import { unpackAptPackage } from "../../script/services/apt-package.ts";
import { findChromium } from "../../script/services/browser-provider.ts";
import { findMongod } from "../../script/services/mongod-provider.ts";
import { findMonitoringProgram } from "../../script/services/monitoring-provider.ts";
import { findRedisServer } from "../../script/services/redis-provider.ts";
import { bareHost, putProgram, type BareHost } from "./bare-host.ts";
import { installFromWheel } from "../../script/services/pypi-wheel.ts";

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

test("of the mongods from earlier runs the one with the highest version is taken", async () => {
  await using bare = await bareHost();
  const folder = join(bare.host.cacheDir, "mongod");
  await mkdir(folder, { recursive: true });
  await putProgram(join(folder, "mongod-x64-debian12-9.0.1"), "echo 'db version v9.0.1'");
  await putProgram(join(folder, "mongod-x64-debian12-10.0.1"), "echo 'db version v10.0.1'");
  await putProgram(join(folder, "mongod-x64-debian12-10.0.1.md5"), "exit 1");

  expect(await findMongod(bare.host)).toMatchObject({ version: "10.0.1", source: "an earlier run" });
});

test("mongodb-memory-server's setting for an installed mongod is used", async () => {
  await using bare = await bareHost();
  const path = join(bare.programs, "mongod-of-mine");
  await putProgram(path, "echo 'db version v8.0.0'");
  const host = { ...bare.host, env: { ...bare.host.env, MONGOMS_SYSTEM_BINARY: path } };

  expect(await findMongod(host)).toEqual({ path, version: "8.0.0", source: "MONGOMS_SYSTEM_BINARY" });
});

test("without any mongod the error has the reason of each place, and a remedy", async () => {
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

test("a valkey-server can be used as Redis", async () => {
  await using bare = await bareHost();
  await putProgram(join(bare.programs, "valkey-server"), "echo 'Valkey server v=9.1.2 sha=00000000:0'");

  expect(await findRedisServer(bare.host)).toMatchObject({ version: "9.1.2", source: "the PATH" });
});

test("as root on Debian, redis-server is installed with apt-get, with a message", async () => {
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

test("without any Redis the error has the reason of each place, and a remedy", async () => {
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

test("the error of apt-get is passed on", async () => {
  await using bare = await bareHost({ isRoot: true, platform: "darwin" });
  await putProgram(join(bare.programs, "apt-get"), "echo 'E: the mirror is down' >&2; exit 100");

  await expect(findRedisServer(bare.host)).rejects.toThrow("E: the mirror is down");
});

test("CHROMIUM_PATH has priority over the browsers on the PATH", async () => {
  await using bare = await bareHost({ path: SYSTEM_FOLDERS });
  const path = join(bare.programs, "my-browser");
  await putProgram(path, "echo 'Chromium 140.0.7339.1'");
  await putProgram(join(bare.programs, "chromium"), "echo 'Chromium 141.0.7390.5'");
  const host = { ...bare.host, env: { ...bare.host.env, CHROMIUM_PATH: path } };

  expect(await findChromium(host)).toEqual({ path, version: "140.0.7339", source: "CHROMIUM_PATH" });
  expect(await findChromium(bare.host)).toMatchObject({ version: "141.0.7390", source: "the PATH" });
});

test("Debian's name for Alertmanager is taken from the PATH", async () => {
  await using bare = await bareHost();
  const path = join(bare.programs, "prometheus-alertmanager");
  await putProgram(path, "echo 'alertmanager, version 0.25.0 (branch: debian/sid)'");

  expect(await findMonitoringProgram(bare.host, "alertmanager")).toMatchObject({ path, version: "0.25.0" });
});

describe("a program from a Debian package that is not installed", () => {
  /** A host whose apt-get has one package with one program and one file. The package is real, and so is what unpacks it. */
  async function hostWithPackage(): Promise<BareHost & { fixed: string }> {
    const bare = await bareHost({ path: SYSTEM_FOLDERS });
    const folder = dirname(bare.programs);
    const tree = join(folder, "tree");
    const fixed = join(folder, "share/template");
    const control =
      "Package: prometheus\nVersion: 2.99\nArchitecture: all\nMaintainer: nobody\nDescription: none\n";
    for (const each of ["DEBIAN", "usr/bin", dirname(fixed)])
      await mkdir(join(tree, each), { recursive: true });
    await writeFile(join(tree, "DEBIAN/control"), control);
    await writeFile(join(tree, fixed), "words");
    await putProgram(join(tree, "usr/bin/promtool"), "echo 'promtool, version 2.99.0+ds'");
    await putProgram(
      join(bare.programs, "apt-get"),
      `case "$*" in *download*prometheus*) dpkg-deb --build ${tree} prometheus.deb ;; *) exit 100 ;; esac`,
    );
    return { ...bare, fixed };
  }

  test("is unpacked once, by any user, with a message", async () => {
    await using bare = await hostWithPackage();

    const first = await findMonitoringProgram(bare.host, "promtool");
    const second = await findMonitoringProgram(bare.host, "promtool");

    const path = join(bare.host.cacheDir, "prometheus/promtool");
    expect(first).toEqual({ path, version: "2.99.0", source: "the Debian package prometheus" });
    expect(second).toEqual({ ...first, source: "an earlier run" });
    expect(bare.said).toEqual(["Downloading the Debian package prometheus with apt-get"]);
    expect(await readdir(dirname(path))).toEqual(["promtool"]);
  });

  test("that the package lacks is refused with the reason of each place, and nothing is left of the download", async () => {
    await using bare = await hostWithPackage();

    await expect(findMonitoringProgram(bare.host, "prometheus")).rejects.toMatchObject({
      code: "service_program_missing",
      message: expect.stringMatching(
        /prometheus on the PATH: not found[^]*Debian package prometheus: not found/,
      ),
      remedy: expect.stringMatching(/Debian[^]*macOS[^]*elsewhere/),
    });

    expect(await readdir(join(bare.host.cacheDir, "prometheus"))).toEqual(["promtool"]);
  });

  test("that looks for a file only at one place finds it there", async () => {
    await using bare = await hostWithPackage();
    const { fixed } = bare;

    await unpackAptPackage(bare.host, "prometheus", { folder: bare.host.cacheDir, fixed: [fixed] });

    expect(await readFile(fixed, "utf8")).toBe("words");
  });
});

describe("a program from a Python wheel", () => {
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

  test("with the right hash is installed, and nothing else is left", async () => {
    await using bare = await hostWithIndex();
    const destination = join(bare.host.cacheDir, "server");

    await installFromWheel(bare.host, { ...WHEEL, sha256: bare.sha256 }, destination);

    const { stdout } = await promisify(execFile)(destination);
    expect(stdout).toBe("Valkey server v=9.9.9\n");
    expect(await readdir(bare.host.cacheDir)).toEqual(["server"]);
  });

  test("with another hash is refused, and nothing is left", async () => {
    await using bare = await hostWithIndex();
    const destination = join(bare.host.cacheDir, "server");
    const sha256 = createHash("sha256").update("the wheel that was pinned").digest("hex");

    await expect(installFromWheel(bare.host, { ...WHEEL, sha256 }, destination)).rejects.toThrow(bare.sha256);

    expect(await readdir(bare.host.cacheDir)).toEqual([]);
  });

  test("is kept for the next run", async () => {
    await using bare = await hostWithIndex();
    // A Redis of this machine must not be found first.
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
});
