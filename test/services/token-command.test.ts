import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "../support/testing.ts";
import { useBot } from "../support/bot/use-bot.ts";
import { ROOT } from "../support/repository-files.ts";
import { longStory, sampled } from "../support/sample.ts";
import { answerOf } from "../support/webhooks/deliveries.ts";

const COMMAND = fileURLToPath(new URL("../../script/token.ts", import.meta.url));

const bot = useBot();

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = { MONGODB_URI: bot.app.config.mongodbUri.reveal() },
  command = COMMAND,
) {
  return new Promise<Outcome>((resolve) => {
    const child = execFile(
      process.execPath,
      [command, ...args],
      { env: { ...process.env, ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test("makes the first token, which the API takes until it is revoked; each change is in the log of changes", async () => {
  const made = await run([
    "create",
    "--name",
    "the first",
    "--scopes",
    "admin, read",
    "--owner",
    "operations",
  ]);
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining("“the first” of operations") });
  const token = made.stdout.trim();
  const headers = { authorization: `Bearer ${token}` };
  const list = await answerOf(await bot.request("/api/v1/tokens", { headers }), 200);
  const [{ id = "" } = {}] = list["items"] as { id?: string }[];
  expect(list["items"]).toMatchObject([
    { name: "the first", owner: "operations", scopes: ["admin", "read"] },
  ]);

  const rotated = await run(["rotate", id, "--overlap-minutes", "5"]);
  expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^orb_[0-9a-f]{16}_[\w-]{43}\n$/) });
  const listed = await run(["list"]);
  expect(listed.stdout.trim().split("\n")).toHaveLength(2);
  expect(listed.stdout + rotated.stderr).not.toContain(token);

  expect(await run(["revoke", id])).toMatchObject({ code: 0, stderr: expect.stringContaining("revoked") });
  const { items } = await answerOf(await bot.request("/api/v1/audit"), 200);
  expect(items).toMatchObject([
    { action: "script/token revoke", by: { id: "script/token" } },
    { action: "script/token rotate" },
    { action: "script/token create", details: expect.stringContaining("the first") },
  ]);
});

test("the container image has all files that it needs", async () => {
  const image = await mkdtemp(join(tmpdir(), "orb-image-"));
  try {
    const lines = (await readFile(`${ROOT}.dockerignore`, "utf8")).split("\n");
    const copied = lines
      .filter((line) => line.startsWith("!") && !line.startsWith("!web"))
      .map((line) => line.slice(1));
    for (const path of copied) await cp(`${ROOT}${path}`, join(image, path), { recursive: true });
    await symlink(`${ROOT}node_modules`, join(image, "node_modules"));
    const env = { MONGODB_URI: bot.app.config.mongodbUri.reveal(), NODE_ENV: "production" };
    const made = await run(
      ["create", "--name", "made in a container", "--scopes", "read"],
      env,
      join(image, "script/token.ts"),
    );
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^orb_/) });
  } finally {
    await rm(image, { recursive: true, force: true });
  }
});

describe("called wrongly, it says what is wrong and how it is called, and changes nothing", () => {
  const misuses: readonly (readonly [readonly string[], string])[] = [
    [[], "needs a command"],
    [["destroy"], "has no command “destroy”"],
    [["create", "--name", "x", "--scopes", "root"], "--scopes"],
    [["create", "--name", "x", "--scopes", "read", "--expires-in-days", "soon"], "number of days, or never"],
    [["revoke"], "needs the id"],
  ];
  const names = misuses.map(([args]) => args.join(" "));
  test.each(sampled("misuses of script/token", names, ["create --name x --scopes root"]))(
    "%j",
    async (name) => {
      const [args = [], words = ""] = misuses[names.indexOf(name)] ?? [];
      const outcome = await run(args, { MONGODB_URI: "mongodb://127.0.0.1:9" });
      expect(outcome).toMatchObject({ code: 64, stdout: "" });
      expect(outcome.stderr).toContain(words);
      expect(outcome.stderr).toContain("Usage: script/token COMMAND");
    },
  );
});

longStory("an unknown token is no misuse", async () => {
  expect(await run(["revoke", "nobody"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("nobody"),
  });
});

longStory("without the database it says so", async () => {
  const outcome = await run(["list"], { MONGODB_URI: "mongodb://127.0.0.1:9" });
  expect(outcome).toMatchObject({
    code: 69,
    stderr: expect.stringContaining("No MongoDB answered at MONGODB_URI"),
  });
});

longStory("in production the database must be named", async () => {
  const outcome = await run(["list"], { MONGODB_URI: "", NODE_ENV: "production" });
  expect(outcome).toMatchObject({ code: 69, stderr: expect.stringContaining("MONGODB_URI is not set") });
});
