import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { eventually } from "../../support/eventually.ts";
import { runChecker } from "../../support/monitoring/run-checker.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

const LARGE_BYTES = 8 * 1024 * 1024;
const world = useCleanupStage();

/** Every name, kind, mode, time and content below the root: a dry run that writes anything changes it. */
async function printOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  // Another loop writes the reserve of the disk, at any time.
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => !name.startsWith(".orb"))
    .sort();
  for (const name of names) {
    const path = join(folder, name);
    const { mode, ino, mtimeNs, ctimeNs } = await lstat(path, { bigint: true });
    hash.update(`${name} ${mode} ${ino} ${mtimeNs} ${ctimeNs}\n`);
    if ((Number(mode) & 0o170000) === 0o100000) hash.update(await readFile(path));
  }
  return hash.digest("hex");
}

const cleanup = (body: object) => world.ask("POST", "/api/v1/cleanups", body);

longStory("a dry run says what would happen and changes nothing below the root (C16)", async () => {
  const path = await world.create("dry-clean");
  // Enough to see on a file system to which other tests write meanwhile.
  await world.write("dry-clean", "large.txt", "0".repeat(LARGE_BYTES));
  await runGit(path, ["add", "large.txt"]);
  await world.commit("dry-clean", { push: true });
  await world.create("dry-work");
  await world.commit("dry-work", { push: false });
  const before = await printOf(world.root);
  for (const project of ["dry-clean", "dry-work"]) {
    expect(await cleanup({ project, dryRun: true })).toMatchObject({ status: 202 });
  }
  // A signal was a moment ago, so nobody may remove it yet.
  const early = await world.cleanup("dry-clean", ({ status }) => status === "completed");
  expect(early).toMatchObject({ outcome: "would_keep", reasons: [{ code: "recently_signalled" }] });
  world.passHours(1);
  await cleanup({ project: "dry-clean", dryRun: true });
  await cleanup({ project: "dry-work", dryRun: true });
  const clean = await world.cleanup(
    "dry-clean",
    ({ status, outcome }) => status === "completed" && outcome === "would_remove",
  );
  const work = await eventually("the other one", async () => {
    const [latest] = await world.cleanupsOf("dry-work");
    return latest?.reasons.some(({ code }) => code === "unpushed_commits") && latest;
  });
  expect([clean.outcome, work.outcome]).toEqual(["would_remove", "would_keep"]);
  expect(await printOf(world.root)).toBe(before);
  expect(await world.typesOf("dry-clean")).toEqual([]);
  // The control: the removal that it foretold changes that.
  await cleanup({ project: "dry-clean" });
  await world.cleanup("dry-clean", ({ status, outcome }) => status === "completed" && outcome === "removed");
  expect(await printOf(world.root)).not.toBe(before);
});

test("an operator schedules, changes, runs and cancels a clean-up", async () => {
  const path = await world.create("by-hand");
  world.passHours(1);
  const at = new Date(Date.now() + world.clock.aheadMs + 3_600_000).toISOString();
  const { json } = await cleanup({ workspace: { host: world.host, path: `${path}/` }, at });
  const [{ id } = { id: "" }] = json["cleanups"] as { id: string }[];
  const shown = await world.ask("GET", `/api/v1/cleanups/${id}`);
  expect(shown.json).toMatchObject({ status: "scheduled", at, nextAttemptAt: at, unpushed: "keep" });
  expect(await cleanup({ project: "by-hand", at: "2999-01-01T00:00:00Z" })).toMatchObject({
    status: 400,
    json: { code: "bad_request", remedy: expect.stringMatching(/Send a time until 20\d\d-/) },
  });
  const again = await cleanup({ project: "by-hand", at, unpushed: "archive" });
  const wasKeep = expect.stringContaining("scheduled: `unpushed` was keep.") as unknown;
  expect(again.json).toMatchObject({ cleanups: [{ id, unpushed: "archive", replaced: wasKeep }] });
  const later = new Date(Date.parse(at) + 3_600_000).toISOString();
  const moved = await cleanup({ project: "by-hand", at: later, unpushed: "archive" });
  const { json: stored } = await world.ask("GET", `/api/v1/cleanups/${id}`);
  expect(stored).toMatchObject({ at: later, nextAttemptAt: later });
  // What the request answered is what is stored after it.
  const [{ replaced, ...answered } = { replaced: null }] = moved.json["cleanups"] as { replaced: unknown }[];
  expect(stored).toMatchObject(answered);
  const wasAt = expect.stringContaining(`scheduled: \`at\` was ${at}.`) as unknown;
  expect({ replaced, history: stored["history"] }).toMatchObject({
    replaced: wasAt,
    history: expect.arrayContaining([expect.objectContaining({ because: wasAt })]) as unknown,
  });

  const cancelled = await world.ask("DELETE", `/api/v1/cleanups/${id}`);
  expect(cancelled).toMatchObject({ status: 200, json: { status: "cancelled" } });
  expect(await world.ask("DELETE", `/api/v1/cleanups/${id}`)).toMatchObject({
    status: 409,
    json: { code: "cleanup_ended" },
  });
  expect(existsSync(join(path, "README.md"))).toBe(true);

  const { json: next } = await cleanup({ project: "by-hand", at });
  const [{ id: nextId } = { id: "" }] = next["cleanups"] as { id: string }[];
  expect(await world.ask("POST", `/api/v1/cleanups/${nextId}/run`)).toMatchObject({ status: 202 });
  await world.cleanup("by-hand", ({ status }) => status === "completed");
  expect(world.isGone("by-hand")).toBe(true);
  expect(await cleanup({ project: "by-hand" })).toMatchObject({
    status: 409,
    json: { code: "no_workspace" },
  });
});

test.each([
  [{ project: "nobody" }, 404, "unknown_project"],
  [{ workspace: { host: "elsewhere", path: "/srv/x" } }, 404, "unknown_host"],
  [{ workspace: { host: "host-1", path: "/etc" } }, 400, "outside_root"],
  [{ workspace: { host: "host-1", path: "ROOT" } }, 400, "outside_root"],
  [{ workspace: { host: "host-1", path: "ROOT/../../etc" } }, 400, "bad_workspace_path"],
  [{ workspace: { host: "host-1", path: "ROOT/never-seen" } }, 404, "unknown_workspace"],
  [{ workspace: { host: "host-1", path: "relative" } }, 400, "bad_workspace_path"],
  [{ workspace: { host: "host-1", path: "/" } }, 400, "bad_workspace_path"],
  [{}, 400, "bad_request"],
  [{ project: "a", workspace: { host: "b", path: "/c" } }, 400, "bad_request"],
  [{ project: "a", unpushed: "everything" }, 400, "bad_request"],
  [{ project: "a", force: true }, 400, "bad_request"],
])("the clean-up of %j is refused with %s, %s", async (body, status, code) => {
  await eventually("the host reported", async () => {
    const { json } = await world.ask("GET", "/api/v1/disk");
    return (json["items"] as unknown[]).length === 1;
  });
  const text = JSON.stringify(body).replace("ROOT", world.root);
  const refused = await cleanup(JSON.parse(text) as object);
  expect(refused).toMatchObject({ status, json: { code } });
  expect(refused.json["remedy"]).toEqual(expect.stringMatching(/\w/));
});

test("an archive or a restore that is asked for with more than that is refused, and nothing happens", async () => {
  await world.create("precise");
  const { json } = await world.ask("GET", "/api/v1/workspaces?project=precise");
  const [{ id } = { id: "" }] = json["items"] as { id: string }[];
  for (const wish of ["archive", "restore"]) {
    const refused = await world.ask("POST", `/api/v1/workspaces/${id}/${wish}`, { dryRun: true });
    expect(refused).toMatchObject({ status: 400, json: { code: "bad_request" } });
  }
  expect(world.isGone("precise")).toBe(false);
});

test.each([
  ["POST", "cleanups", { project: "a", at: "tomorrow" }, "`at` in the body must be a time with its zone"],
  ["POST", "cleanups", { project: "a", at: 1 }, "`at` in the body must be a text, but it is 1"],
  ["POST", "cleanups", { project: "a b" }, "such as csv-1"],
  ["POST", "cleanups", { project: "a", dryRun: "yes" }, "`dryRun` in the body must be true or false"],
  ["POST", "cleanups", { project: "a", unpushed: "all" }, "`keep`, `archive`, `discard`"],
  ["POST", "cleanups", { workspace: "/srv/p-1" }, "`workspace` in the body must be a map"],
  ["POST", "cleanups", { workspace: { host: "host-1" } }, "`workspace.path` in the body is missing"],
  ["POST", "cleanups", {}, "either `project` or `workspace`"],
  ["GET", "cleanups?status=done", undefined, "must be one of `scheduled`"],
  ["GET", "cleanups?archived=yes", undefined, "must be one of `true`, `false`"],
  ["GET", "cleanups?limit=0", undefined, "from 1 to 100"],
  ["GET", "workspaces?kept=1", undefined, "must be one of `true`, `false`"],
  ["GET", "workspaces?removed=true", undefined, "unknown key `removed`"],
  ["POST", `workspaces/${"0".repeat(32)}/archive`, { dryRun: true }, "unknown key `dryRun`"],
  ["POST", "disk/relieve", {}, "`host` in the body is missing"],
  ["POST", "disk/pause", { host: "" }, "`host` in the body must have at least 1 characters"],
] as const)("%s %s with %j is refused with what is wrong and an example", async (method, path, body, why) => {
  const { status, json } = await world.ask(method, `/api/v1/${path}`, body);
  expect([status, json["code"]]).toEqual([400, "bad_request"]);
  expect(json["detail"]).toContain(why);
  expect(json["remedy"]).toContain("For example: ");
});

test.each([
  ["POST", `cleanups/${"0".repeat(24)}/run`],
  ["DELETE", `cleanups/${"0".repeat(24)}`],
  ["POST", `workspaces/${"0".repeat(32)}/archive`],
  ["POST", `workspaces/${"0".repeat(32)}/restore`],
])(
  "%s %s needs no body, also if its type is named, and takes none that asks for more",
  async (method, path) => {
    const ask = async (body?: string) => {
      const response = await world.bot.request(`/api/v1/${path}`, { method, ...(body && { body }) });
      return ((await response.json()) as { code: string }).code;
    };
    // `request` always sends the Content-Type of JSON.
    expect([await ask(), await ask("{}"), await ask('{"dryRun":true}'), await ask("{")]).toEqual([
      "not_found",
      "not_found",
      "bad_request",
      "bad_request",
    ]);
  },
);

test.each([
  "cleanups/000000000000000000000000",
  "cleanups/x",
  `workspaces/${"0".repeat(32)}`,
  "workspaces/x",
])("%s is not found", async (path) => {
  expect(await world.ask("GET", `/api/v1/${path}`)).toMatchObject({
    status: 404,
    json: { code: "not_found" },
  });
});

longStory("a clean-up for a host without a worker stays scheduled, and says so", async () => {
  const created = {
    project: { id: "far-away", name: "Far", userId: "user-1" },
    repository: "octo/hello",
    workspace: { host: "host-without-worker", path: "/srv/workspaces/far-away" },
  };
  await world.signal("orb.project.created", created);
  const workspace = { host: "host-without-worker", path: "/srv/workspaces/far-away" };
  const asked = await eventually("the workspace known", async () => {
    const answer = await cleanup({ workspace });
    return answer.status === 202 && answer;
  });
  expect(asked.json).toMatchObject({ cleanups: [{ status: "scheduled", waitsFor: { code: "no_worker" } }] });
});

/** Waits until the worker of the host has reported since the clock was moved. */
const reportOfNow = () =>
  eventually("a report of now", async () => {
    const { json } = await world.ask("GET", "/api/v1/disk");
    const [first] = json["items"] as { waitsFor: unknown; usage: { bytes: { usedPercent: number } } }[];
    return first?.waitsFor === null && first;
  });

test("the disk of the host is shown, and can be paused: then nothing goes until it is resumed", async () => {
  const host = await reportOfNow();
  expect(host).toMatchObject({ host: world.host, root: world.root, hasArchive: true });
  expect(host.usage.bytes.usedPercent).toBeGreaterThan(0);
  expect(await world.ask("POST", "/api/v1/disk/pause", { host: "nowhere" })).toMatchObject({ status: 404 });

  await world.create("paused");
  world.passHours(1);
  await reportOfNow();
  expect(await world.ask("POST", "/api/v1/disk/pause", { host: world.host })).toMatchObject({ status: 202 });
  const { json: asked } = await cleanup({ project: "paused" });
  expect(asked).toMatchObject({ cleanups: [{ waitsFor: { code: "paused" } }] });
  await world.create("another");
  expect(world.isGone("paused")).toBe(false);
  await world.ask("POST", "/api/v1/disk/resume", { host: world.host });
  await world.cleanup("paused", ({ status }) => status === "completed");
  expect(world.isGone("paused")).toBe(true);
});

longStory(
  "relief that was asked for says what was done, or that nothing had to be, with the figures",
  async () => {
    await reportOfNow();
    const asked = await world.ask("POST", "/api/v1/disk/relieve", { host: world.host });
    expect(asked).toMatchObject({
      status: 202,
      json: { usage: { bytes: { usedPercent: expect.any(Number) } } },
    });
    const last = await eventually("what was done", async () => {
      const { json } = await world.ask("GET", "/api/v1/disk");
      return (json["items"] as { lastRelief: object | null }[])[0]?.lastRelief;
    });
    // How full the disk of the machine is, decides which of the two.
    const because = expect.stringMatching(/^(?:Nothing|It) .*\d+ % of its bytes/);
    expect(last).toMatchObject({
      by: expect.stringContaining("ADMIN_TOKEN"),
      because,
      after: { bytes: { usedPercent: expect.any(Number) } },
    });
  },
);

test("metrics count what was removed, kept and stored", async () => {
  const metrics = await (await world.bot.request("/metrics")).text();
  expect(metrics).toMatch(/orb_cleanups_total\{outcome="removed",reason="asked"\} \d/);
  expect(metrics).toMatch(/orb_cleanup_bytes_freed_total [1-9]/);
  expect(metrics).toMatch(/orb_cleanup_duration_seconds_count [1-9]/);
  expect(metrics).toMatch(/orb_workspace_disk_used_ratio\{host="host-1"\} 0\.\d/);
  expect(metrics).toMatch(/orb_workspaces\{status="removed"\} [1-9]/);
  expect(metrics).toMatch(/orb_cleanups\{status="completed"\} [1-9]/);
  // The linter of Prometheus' own: names, units, types and help of everything that the bot exports.
  expect(await runChecker("promtool", ["check", "metrics"], { input: metrics })).toEqual({
    ok: true,
    output: "",
  });
});
