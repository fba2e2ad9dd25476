import { execFile, spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import { expect, test, describe } from "@jest/globals";
import { putProgram } from "./bare-host.ts";
import { botEnvironment } from "../support/bot/environment.ts";
import { eventually } from "../support/eventually.ts";
import { freshStores } from "../support/servers/stores.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with any exit code. */
function outcomeOf(file: string, args: string[], options: { cwd: string; PATH?: string }): Promise<Outcome> {
  const { cwd, PATH = process.env["PATH"] } = options;
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd, env: { ...process.env, PATH } }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "orb-project-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** A project of its own with the real script/bootstrap, and an npm that notes how it was called. */
async function sampleProject(): Promise<
  AsyncDisposable & { path: string; PATH: string; calls: () => Promise<string> }
> {
  const folder = await temporaryFolder();
  const { path } = folder;
  await mkdir(join(path, "script"));
  await mkdir(join(path, "bin"));
  await copyFile(join(ROOT, "script/bootstrap"), join(path, "script/bootstrap"));
  await writeFile(join(path, "package-lock.json"), "{}");
  await writeFile(join(path, "calls"), "");
  await putProgram(
    join(path, "bin/npm"),
    'echo "npm $*" >> calls; mkdir -p node_modules; echo {} > node_modules/.package-lock.json',
  );
  return {
    ...folder,
    PATH: `${join(path, "bin")}${delimiter}${process.env["PATH"]}`,
    calls: () => readFile(join(path, "calls"), "utf8"),
  };
}

const bootstrapArguments = ["script/bootstrap", "--without-services"];
const INSTALLATION = "npm ci --no-audit --no-fund\n";

test("bootstrap runs from any directory, writes nothing to stdout, and installs nothing if nothing is missing", async () => {
  const bootstrap = join(ROOT, "script/bootstrap");
  await outcomeOf(bootstrap, [], { cwd: tmpdir() });

  const { code, stdout, stderr } = await outcomeOf(bootstrap, [], { cwd: tmpdir() });

  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  // No message about installing or downloading.
  expect(stderr).toMatch(/^Node\.js 24\..*\nMongoDB .+\nRedis .+\n$/);
});

test("bootstrap installs the packages once, and again if the lock file is newer", async () => {
  await using project = await sampleProject();
  const run = (): Promise<Outcome> =>
    outcomeOf("bash", bootstrapArguments, { cwd: project.path, PATH: project.PATH });

  expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining("Installing the packages") });
  expect(await run()).toMatchObject({ code: 0, stderr: "" });
  expect(await project.calls()).toBe(INSTALLATION);

  const inAMinute = new Date(Date.now() + 60_000);
  await utimes(join(project.path, "package-lock.json"), inAMinute, inAMinute);
  await run();
  expect(await project.calls()).toBe(INSTALLATION + INSTALLATION);
});

test("bootstrap does not change packages that belong to another checkout", async () => {
  await using project = await sampleProject();
  await using other = await temporaryFolder();
  await symlink(other.path, join(project.path, "node_modules"));

  expect(
    await outcomeOf("bash", bootstrapArguments, { cwd: project.path, PATH: project.PATH }),
  ).toMatchObject({
    code: 0,
  });
  expect(await project.calls()).toBe("");
});

test.each(["git", "node", "npm"])("bootstrap says what to do if %s is missing", async (missing) => {
  await using project = await sampleProject();
  const folder = join(project.path, "few");
  await mkdir(folder);
  for (const program of ["git", "node", "npm"].filter((name) => name !== missing)) {
    await putProgram(join(folder, program), "exit 0");
  }
  await putProgram(join(folder, "dirname"), "echo script");

  const { code, stderr } = await outcomeOf("/bin/bash", bootstrapArguments, {
    cwd: project.path,
    PATH: folder,
  });

  expect(code).toBe(69);
  expect(stderr).toMatch(new RegExp(`${missing} is missing\\. Install .*, and run this again\\.`));
});

test("bootstrap refuses an unknown argument", async () => {
  expect(await outcomeOf(join(ROOT, "script/bootstrap"), ["--frob"], { cwd: ROOT })).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("unknown argument --frob"),
  });
});

/** Runs script/test's program on test files of its own, with a Jest configuration without the project's servers. */
async function outcomeOfTests(
  files: Record<string, string>,
): Promise<{ code: number; lastLine: string | undefined }> {
  await using folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder.path, name), content);
  const config = JSON.stringify({ testMatch: ["**/*.test.cjs"], transform: {} });
  const args = [join(ROOT, "script/test.ts"), `--rootDir=${folder.path}`, `--config=${config}`];
  const PATH = [join(ROOT, "node_modules/.bin"), dirname(process.execPath), process.env["PATH"]].join(
    delimiter,
  );
  const { code, stdout } = await outcomeOf(process.execPath, args, { cwd: folder.path, PATH });
  return { code, lastLine: stdout.trimEnd().split("\n").at(-1) };
}

const PASSING = 'test("holds", () => expect(1).toBe(1));';
const FAILING = 'test("does not hold", () => expect(1).toBe(2));';

test("script/test ends with the counts of the tests, and passes when all pass", async () => {
  expect(await outcomeOfTests({ "a.test.cjs": PASSING, "b.test.cjs": PASSING })).toEqual({
    code: 0,
    lastLine: "2 passed, 0 failed",
  });
});

test("script/test counts a file that can't be loaded as failed", async () => {
  const broken = 'throw new Error("at load");';
  expect(await outcomeOfTests({ "a.test.cjs": PASSING + FAILING, "b.test.cjs": broken })).toEqual({
    code: 1,
    lastLine: "1 passed, 2 failed",
  });
});

test("script/test fails when no test ran", async () => {
  expect(await outcomeOfTests({})).toEqual({ code: 1, lastLine: "0 passed, 1 failed" });
});

describe("script/server", () => {
  const SCRIPT = fileURLToPath(new URL("../../script/server", import.meta.url));

  interface Run {
    readonly output: () => string;
    readonly ended: Promise<unknown[]>;
    kill(signal: NodeJS.Signals): void;
  }

  /** Starts script/server with only these variables, PATH and HOME in its environment. */
  function startServer(environment: Record<string, string>): Run {
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn(SCRIPT, { env: { PATH, HOME, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    return { output: () => output, ended: once(child, "close"), kill: (signal) => child.kill(signal) };
  }

  test("runs the bot until it gets SIGTERM, and ends with the bot's exit code", async () => {
    await using stores = await freshStores();
    const logging = { LOG_LEVEL: "info", LOG_FORMAT: "json" };
    const server = startServer({ ...botEnvironment(stores), ...logging });

    const url = await eventually("the bot's address", () => /"url":"(http[^"]+)"/.exec(server.output())?.[1]);
    const answer = await fetch(`${url}/api/v1/projects`);
    server.kill("SIGTERM");

    expect(answer.status).toBe(401);
    expect(await server.ended).toEqual([0, null]);
    expect(server.output()).not.toContain("embedded");
  });

  test("passes on the exit code of a bot that can't be configured", async () => {
    await using stores = await freshStores();
    const server = startServer({ ...botEnvironment(stores), PRIVATE_KEY: "no key" });

    expect(await server.ended).toEqual([78, null]);
  });

  test("embeds no servers in production", async () => {
    // Empty and not unset, so that this checkout's .env file does not set them.
    const server = startServer({ NODE_ENV: "production", MONGODB_URI: "", PRIVATE_KEY: "no key" });

    expect(await server.ended).toEqual([78, null]);
    expect(server.output()).toContain("MONGODB_URI is not set");
    expect(server.output()).not.toContain("embedded");
  });
});
