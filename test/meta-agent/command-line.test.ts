import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CloudEvent } from "cloudevents";
import { expect, test } from "../support/testing.ts";
import { longStory } from "../support/sample.ts";
import { Redis } from "ioredis";
import { parseCommandLine } from "../../fixtures/meta-agent/command-line.ts";
import { freshStores } from "../support/servers/stores.ts";
import { sampleOrigin } from "../support/sample-origin.ts";
import { startSignalSink } from "../support/signal-sink.ts";

const RUN = ["--project", "fix", "--repository", "o/r", "--git-url", "file:///r.git"];

test("tokens and the address of Redis may come from the environment", () => {
  expect(parseCommandLine(RUN, { REDIS_URL: "redis://r", GIT_TOKEN: "ghs_1" })).toMatchObject({
    door: { redisUrl: "redis://r" },
    gitToken: "ghs_1",
    followRedisUrl: null,
  });
  expect(parseCommandLine([...RUN, "--http", "http://b"], { ORB_TOKEN: "orb_1" })).toMatchObject({
    door: { url: "http://b", token: "orb_1" },
  });
});

test.each([
  { args: [], reason: "--project is missing." },
  { args: RUN, reason: "No way to reach the bot: set --http URL, --redis URL or REDIS_URL." },
  {
    args: [...RUN, "--http", "http://b"],
    reason: "Sending over HTTP needs a token: set --token or ORB_TOKEN.",
  },
  { args: [...RUN, "--speed", "9"], reason: /Unknown option '--speed'/ },
  {
    args: [...RUN, "--follow", "--http", "http://b"],
    reason: "--follow reads events from Redis: set --redis or REDIS_URL.",
  },
  {
    args: ["--project", "fix", "--repository", "https://github.com/o/r", "--git-url", "u"],
    reason: '--repository is OWNER/NAME, not "https://github.com/o/r".',
  },
])("$args is refused: $reason", ({ args, reason }) => {
  expect(() => parseCommandLine(args, {})).toThrow(reason);
});

const MAIN = fileURLToPath(new URL("../../fixtures/meta-agent/main.ts", import.meta.url));
const start = (args: readonly string[]) =>
  promisify(execFile)(process.execPath, [MAIN, ...args], { env: { PATH: process.env["PATH"] ?? "" } });

longStory("the command runs a project, and a teammate pushes a conflicting change", async () => {
  await using origin = await sampleOrigin("conflict");
  await using sink = await startSignalSink();
  const what = ["--project", "conflict", "--repository", "o/r", "--git-url", origin.gitUrl];
  const where = ["--http", sink.url, "--token", "orb_t", "--workspace-root", origin.workspaceRoot];
  const { stdout } = await start([...what, ...where]);
  const head = await origin.git("rev-parse", origin.project.branch);
  const base = await origin.git("rev-parse", "main");
  expect(stdout).toContain(`meanwhile: a teammate moved main to ${base}`);
  expect(stdout).toContain(`completed: agent/reduced-vat-rates at ${head}`);
  expect(sink.events().at(-1)?.type).toBe("orb.implementation.completed");
});

test("a wrong command ends with 64 and the remedy", async () => {
  await expect(start(["--project", "fix"])).rejects.toMatchObject({
    code: 64,
    stderr: "--repository is missing. Run it with --help to see all options.\n",
  });
});

test("the samples are listed by name", async () => {
  const { stdout } = await start(["--list"]);
  expect(stdout).toBe("conflict\ndependencies\ndocs\nempty\nfeature\nfix\n");
});

test("with --follow the command resolves a conflict and ends when the pull request is merged", async () => {
  await using stores = await freshStores();
  await using origin = await sampleOrigin("conflict");
  const redis = new Redis(stores.redisUrl);
  const what = ["--project", "conflict", "--repository", "o/r", "--git-url", origin.gitUrl];
  const where = ["--redis", stores.redisUrl, "--workspace-root", origin.workspaceRoot];
  const running = start([...what, ...where, "--project-id", "p-1", "--follow"]);

  const first = await nextCompletion(redis, "0");
  await botSays(redis, 1, "orb.pull_request.conflict");
  const second = await nextCompletion(redis, first.entryId);
  await botSays(redis, 2, "orb.pull_request.merged");
  const { stdout } = await running;
  redis.disconnect();

  expect(stdout).toMatch(/event: orb\.pull_request\.conflict\nevent: orb\.pull_request\.merged\n$/);
  expect(second.headSha).not.toBe(first.headSha);
  expect(await origin.git("rev-parse", origin.project.branch)).toBe(second.headSha);
});

async function botSays(redis: Redis, seq: number, type: string): Promise<void> {
  const event = new CloudEvent({ source: "urn:orb:bot", type, seq, data: { project: "p-1" } });
  await redis.xadd("orb:events", "*", "event", JSON.stringify(event));
}

/** Waits in Redis for the next `orb.implementation.completed` after an entry. */
async function nextCompletion(
  redis: Redis,
  after: string,
): Promise<{ entryId: string; headSha: string | undefined }> {
  let last = after;
  for (;;) {
    const reply = await redis.xread("COUNT", 1, "BLOCK", 30_000, "STREAMS", "orb:signals", last);
    const entry = reply?.[0]?.[1][0];
    if (!entry) throw new Error("No orb.implementation.completed came within 30 s");
    last = entry[0];
    const { type, data } = JSON.parse(entry[1][1] ?? "") as { type: string; data: { headSha?: string } };
    if (type === "orb.implementation.completed") return { entryId: last, headSha: data.headSha };
  }
}
