import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { ROOT } from "../support/repository-files.ts";
import { afterEach, beforeEach, expect, test } from "../support/testing.ts";

/** Each operation also gets about 200 requests that try the limits of its rules. */
const EXAMPLES = 5;
/** The same choices each time, so that a change of the code is what fails. */
const SEED = 14;
const RUN_MS_MAX = 900_000;
const START_MS_MAX = 120_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "orb-attack-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function start(args: readonly string[]) {
  const command = [`${ROOT}script/schemathesis.ts`, ...args];
  const child = spawn(process.execPath, command, { env: { ...process.env, TMPDIR: folder } });
  const exit = once(child, "exit") as Promise<[number | null]>;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (words) => (output += String(words)));
  return { child, exit, output: () => output };
}

test(
  "each answer to requests made from the API's description is as described there, and none is a server error",
  async () => {
    const run = start([`--examples=${EXAMPLES}`, `--seed=${SEED}`]);
    const [code] = await run.exit;
    expect({ code, output: run.output() }).toEqual({ code: 0, output: expect.stringMatching(/passed/) });
    expect(await readdir(folder)).toEqual([]);
  },
  RUN_MS_MAX,
);

test("a run that is ended by SIGTERM reports what it found and leaves nothing behind", async () => {
  const run = start(["--examples=1000"]);
  await eventually("the first phase", () => /Examples \(in/.exec(run.output()), START_MS_MAX);
  run.child.kill("SIGTERM");
  expect(await run.exit).toEqual([130, null]);
  expect(run.output()).toMatch(/Test cases:/);
  expect(await readdir(folder)).toEqual([]);
});

test("an option that does not exist is refused with the usage", async () => {
  const run = start(["--example=1"]);
  expect(await run.exit).toEqual([64, null]);
  expect(run.output()).toMatch(/Unknown option '--example'[^]*Usage: script\/schemathesis/);
});
