import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import { expect, test, describe } from "../support/testing.ts";
import { LEFT_OUT_VARIABLE, sayLeftOut } from "../../script/checks/left-out.ts";
import { findLongFiles, LONG_FILE } from "../../script/checks/long-files.ts";
import { longStory, sampled, sampledInputs, sampledRows } from "../support/sample.ts";
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

test.each(sampled("missing programs", ["git", "node", "npm"], ["node"]))(
  "bootstrap says what to do if %s is missing",
  async (missing) => {
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
  },
);

test("bootstrap refuses an unknown argument", async () => {
  expect(await outcomeOf(join(ROOT, "script/bootstrap"), ["--frob"], { cwd: ROOT })).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("unknown argument --frob"),
  });
});

/** Runs script/test's program on test files of its own, with a Jest configuration without the project's servers. */
async function outcomeOfTests(
  files: Record<string, string>,
  asked: readonly string[] = [],
): Promise<{ code: number; lastLine: string | undefined; leftOut: string | undefined }> {
  await using folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder.path, name), content);
  const config = JSON.stringify({ testMatch: ["**/*.test.cjs"], transform: {} });
  const args = [join(ROOT, "script/test.ts"), `--rootDir=${folder.path}`, `--config=${config}`, ...asked];
  const PATH = [join(ROOT, "node_modules/.bin"), dirname(process.execPath), process.env["PATH"]].join(
    delimiter,
  );
  const { code, stdout } = await outcomeOf(process.execPath, args, { cwd: folder.path, PATH });
  const lines = stdout.trimEnd().split("\n");
  const leftOut = lines.find((line) => line.startsWith("Left to script/test --all"));
  return { code, lastLine: lines.at(-1), leftOut };
}

const PASSING = 'test("holds", () => expect(1).toBe(1));';
const FAILING = 'test("does not hold", () => expect(1).toBe(2));';

longStory("script/test ends with the counts of the tests, and passes when all pass", async () => {
  expect(await outcomeOfTests({ "a.test.cjs": PASSING, "b.test.cjs": PASSING })).toEqual({
    leftOut: undefined,
    code: 0,
    lastLine: "2 passed, 0 failed",
  });
});

test("script/test counts a file that can't be loaded as failed", async () => {
  const broken = 'throw new Error("at load");';
  expect(await outcomeOfTests({ "a.test.cjs": PASSING + FAILING, "b.test.cjs": broken })).toMatchObject({
    code: 1,
    lastLine: "1 passed, 2 failed",
  });
});

longStory("script/test fails when no test ran", async () => {
  expect(await outcomeOfTests({})).toMatchObject({ code: 1, lastLine: "0 passed, 1 failed" });
});

test("a table gives its sample where that can be told, and all of its cases otherwise", async () => {
  await using folder = await temporaryFolder();
  const notes = join(folder.path, "notes");
  const before = process.env[LEFT_OUT_VARIABLE];
  const take = () => sampled("letters", ["a", "b", "c"], ["b"]);
  try {
    delete process.env[LEFT_OUT_VARIABLE];
    expect(take()).toEqual(["a", "b", "c"]);
    expect(sampledInputs({ all: 100 })).toEqual({ numRuns: 100 });
    expect(await sayLeftOut(notes)).toBeNull();
    expect(await sayLeftOut(notes, ["test/a.long.test.ts"])).toBe(
      "Left to script/test --all: 1 files, namely test/a.long.test.ts",
    );
    process.env[LEFT_OUT_VARIABLE] = notes;
    expect(take()).toEqual(["b"]);
    expect(sampledRows("letters", [{ name: "b" }], ["b"])).toEqual([{ name: "b" }]);
    expect(() => sampledRows("letters", [{ name: "b" }], ["a"])).toThrow("No row is called a");
    expect(await sayLeftOut(notes)).toBe(
      "Left to script/test --all: 2 tests, namely 2 of 4 letters (test/services/scripts.test.ts)",
    );
    expect(sampledInputs({ all: 100 })).toEqual({ numRuns: 10 });
    expect(await sayLeftOut(notes)).toBe(
      "Left to script/test --all: 2 tests, namely 2 of 4 letters (test/services/scripts.test.ts); 90 of 100 random inputs of 1 properties",
    );
  } finally {
    if (before === undefined) delete process.env[LEFT_OUT_VARIABLE];
    else process.env[LEFT_OUT_VARIABLE] = before;
  }
});

test("each file that only --all runs is found by its name", () => {
  const found = findLongFiles();
  expect(found).toContain("test/faults/primary-killed.long.test.ts");
  expect(found.every((path) => LONG_FILE.test(path) && existsSync(join(ROOT, path)))).toBe(true);
});

test("script/test says what its tests left out, and with --all has them leave out nothing", async () => {
  const table = `
    const notes = process.env.${LEFT_OUT_VARIABLE};
    const note = { of: "tests", what: "kill points", file: "a.test.cjs", taken: 1, leftOut: 2 };
    if (notes !== undefined) require("node:fs").appendFileSync(notes, JSON.stringify(note) + "\\n");
    test.each(notes === undefined ? [1, 2, 3] : [1])("%i", (each) => expect(each).toBeLessThan(4));`;
  expect(await outcomeOfTests({ "a.test.cjs": table })).toEqual({
    code: 0,
    lastLine: "1 passed, 0 failed",
    leftOut: "Left to script/test --all: 2 tests, namely 2 of 3 kill points (a.test.cjs)",
  });
  expect(await outcomeOfTests({ "a.test.cjs": table }, ["--all"])).toEqual({
    code: 0,
    lastLine: "3 passed, 0 failed",
    leftOut: undefined,
  });
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

  longStory("passes on the exit code of a bot that can't be configured", async () => {
    await using stores = await freshStores();
    const server = startServer({ ...botEnvironment(stores), PRIVATE_KEY: "no key" });

    expect(await server.ended).toEqual([78, null]);
  });

  longStory("checks the environment before it starts a store", async () => {
    const server = startServer({ MONGODB_URI: "", REDIS_URL: "", APP_ID: "1", PRIVATE_KEY: "no key" });

    expect(await server.ended).toEqual([78, null]);
    expect(server.output()).toContain("PRIVATE_KEY is not a private RSA key");
    expect(server.output()).not.toMatch(/MongoDB|MONGODB_URI/);
  });

  test("embeds no servers in production", async () => {
    // Empty and not unset, so that this checkout's .env file does not set them.
    const server = startServer({ NODE_ENV: "production", MONGODB_URI: "", PRIVATE_KEY: "no key" });

    expect(await server.ended).toEqual([78, null]);
    expect(server.output()).toContain("MONGODB_URI is not set");
    expect(server.output()).not.toContain("embedded");
  });
});
