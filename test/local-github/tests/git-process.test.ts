import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { GIT_STARTER_VARIABLE, startGit, startGitHere } from "../git/git-process.ts";

const environment = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", LC_ALL: "C" };
/** More than a pipe and a socket take in before somebody reads. */
const LARGE = Buffer.alloc(3 * 1024 * 1024, "all bytes \0 and \xff, ");

test("the tests of a run have a process that starts git for them", () => {
  expect(process.env[GIT_STARTER_VARIABLE]).toMatch(/socket$/);
});

describe.each([
  ["from here", startGitHere],
  ["by another process", startGit],
])("git that is started %s", (_, start) => {
  const run = (args: readonly string[], input: Buffer | string = "", added: Record<string, string> = {}) => {
    const git = start({ args, environment: { ...environment, ...added } });
    git.input.end(input);
    return git.result;
  };

  test("reads its input to the end and answers what it wrote", async () => {
    const { code, stdout, stderr } = await run(["hash-object", "--stdin"], LARGE);
    const id = createHash("sha1").update(`blob ${LARGE.length}\0`).update(LARGE).digest("hex");
    expect({ code, stdout: stdout.toString(), stderr }).toEqual({ code: 0, stdout: `${id}\n`, stderr: "" });
  });

  test("answers bytes as they are, however many", async () => {
    const { stdout } = await run(["stripspace", "--comment-lines"], LARGE);
    expect(stdout.equals(Buffer.concat([Buffer.from("# "), LARGE, Buffer.from("\n")]))).toBe(true);
  });

  test("tells its exit code, and on stderr why", async () => {
    const { code, stdout, stderr } = await run(["no-such-command"]);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("'no-such-command' is not a git command");
  });

  test("may end before it has read its input", async () => {
    const { code, stdout } = await run(["check-ref-format", "refs/heads/a..b"], LARGE);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: "" });
  });

  test("sees the environment that it is given, and nothing else", async () => {
    const { stdout } = await run(["-c", "alias.env=!env", "env"], "", { OF_THE_CALL: "ü" });
    const names = stdout.toString().split("\n");
    expect(names).toContain("OF_THE_CALL=ü");
    expect(names.some((line) => line.startsWith("HOME=") || line.startsWith("JEST_"))).toBe(false);
  });

  test("is not started at all where there is none", async () => {
    await expect(run(["--version"], "", { PATH: "/nowhere" })).rejects.toThrow(/ENOENT/);
  });
});

test("the input of git ends when the process that asked for it hangs up", async () => {
  const folder = await mkdtemp(join(tmpdir(), "orb-git-input-"));
  const toTheEnd = `alias.to-the-end=!cat > '${folder}/input'; touch '${folder}/ended'`;
  const { input, result } = startGit({ args: ["-c", toTheEnd, "to-the-end"], environment });
  input.write("half");
  await eventually(
    "the first half read",
    async () => (await readFile(`${folder}/input`, "utf8").catch(() => "")) === "half",
  );
  input.destroy(new Error("hung up"));
  await expect(result).rejects.toThrow("hung up");
  await eventually("the end of the input", async () => (await readdir(folder)).includes("ended"));
  await rm(folder, { recursive: true });
});
