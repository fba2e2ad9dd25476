import { expect, test } from "../../support/testing.ts";
import { checkAnswer, checkedAnswers, DESCRIPTION } from "../../support/bot/contract.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { cloudEvent, phaseStarted, projectCreated } from "../../support/signals.ts";
import { answerOf, delivery, post } from "../../support/webhooks/deliveries.ts";

const HOST = "host-1";
const ROOT_FOLDER = "/workspaces";
const AMOUNT = { total: 100, used: 10, available: 90, usedPercent: 10 };

const scenario = useScenario({}, { webhooks: false });

/** Asks the bot, whose answer is compared with the API's description. */
async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await scenario.bot.request(path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  expect({ method, path, ok: response.ok }).toEqual({ method, path, ok: true });
  const text = await response.text();
  return (text.startsWith("{") ? JSON.parse(text) : {}) as Record<string, unknown>;
}

const first = (page: Record<string, unknown>) => (page["items"] as { id: string }[])[0]?.id ?? "";

async function askAboutProjects(): Promise<void> {
  await scenario.signal(
    projectCreated("described"),
    phaseStarted("described", "planning", 1),
    cloudEvent(
      "orb.phase.completed",
      {
        project: "described",
        phase: "planning",
        summary: "Plans it.",
        plan: { areas: ["src/**"], steps: ["Write it"] },
      },
      { minute: 2 },
    ),
    cloudEvent(
      "orb.agent.executed",
      {
        project: "described",
        agent: "coder",
        phase: "implementation",
        outcome: "succeeded",
        durationMs: 5,
        costUsd: 0.5,
      },
      { minute: 3 },
    ),
  );
  await scenario.complete("described", { data: { claims: [{ kind: "tests", text: "All pass." }] } });
  await scenario.opened("described");
  await call("GET", "/api/v1/projects");
  const project = await call("GET", "/api/v1/projects/described");
  expect(project).toMatchObject({ agents: [{ agent: "coder" }], pullRequests: [{ project: "described" }] });
}

async function askAboutPullRequests(): Promise<void> {
  const id = first(await call("GET", "/api/v1/pull-requests?project=described"));
  await scenario.lookAgain("described");
  await eventually("a look", async () => (await call("GET", `/api/v1/pull-requests/${id}`))["seen"]);
  await call("POST", `/api/v1/pull-requests/${id}/preview`);
  const { completion } = (await call("GET", `/api/v1/pull-requests/${id}`)) as { completion: object };
  await call("POST", "/api/v1/pull-requests/preview", completion);
  await call("POST", `/api/v1/pull-requests/${id}/refresh`);
  const problem = { code: "no_commits", reason: "It has no commits.", remedy: "Push one." };
  await scenario.editRecord("described", { $set: { status: "blocked", problem } });
  await call("POST", `/api/v1/pull-requests/${id}/retry`, {});
}

async function askAboutWorkspaces(): Promise<void> {
  const { hosts, workspaces } = scenario.bot.app.workspaceParts;
  const usage = { at: new Date(), bytes: AMOUNT, inodes: null };
  const report = { root: ROOT_FOLDER, realRoot: ROOT_FOLDER, hasArchive: true, usage, problem: null };
  await hosts.report(HOST, report, new Date());
  const id = await eventually("the workspace", async () => {
    const found = first(await call("GET", "/api/v1/workspaces?project=described"));
    return found !== "" && found;
  });
  const kept = {
    by: "cleanup",
    code: "unpushed_commits",
    reason: "A commit is nowhere else.",
    remedy: "Push it.",
    since: new Date(),
    owner: { kind: "user", name: "user-1", project: "described" },
  };
  const size = {
    bytes: 2,
    sharedBytes: 1,
    inodes: 2,
    rebuildable: { bytes: 1, inodes: 1 },
    measuredAt: new Date(),
    isPartial: false,
  };
  await workspaces.model.updateOne({ _id: id }, { $set: { kept: [kept], size } });
  expect(await call("POST", `/api/v1/workspaces/${id}/archive`)).toMatchObject({
    cleanup: expect.any(String),
  });
  await call("GET", `/api/v1/workspaces/${id}`);
  for (const path of ["relieve", "pause", "resume"])
    await call("POST", `/api/v1/disk/${path}`, { host: HOST });
  await call("GET", "/api/v1/disk");
}

async function askAboutCleanups(): Promise<void> {
  const { cleanupStore, workspaces } = scenario.bot.app.workspaceParts;
  await call("POST", "/api/v1/cleanups", { project: "described", unpushed: "archive" });
  const page = await call("GET", "/api/v1/cleanups?project=described");
  const id = first(page);
  await call("GET", `/api/v1/cleanups/${id}`);
  await call("POST", `/api/v1/cleanups/${id}/run`);
  await call("DELETE", `/api/v1/cleanups/${id}`);
  // As its worker leaves it, once it has archived and removed the workspace.
  const removal = { name: "described", path: `${ROOT_FOLDER}/described` };
  const archived = { bytes: 10, at: new Date() };
  const tombstone = {
    removal,
    print: "",
    frees: { bytes: 1, inodes: 1 },
    mustArchive: true,
    archive: "a.tar",
    archived,
  };
  const [cleanup] = await cleanupStore.model.find().lean();
  const workspace = cleanup?.workspace.id ?? "";
  const ended = { status: "completed", outcome: "removed", tombstone, freed: tombstone.frees };
  await cleanupStore.model.updateOne({ "workspace.id": workspace }, { $set: ended });
  await workspaces.model.updateOne({ _id: workspace }, { $set: { goneAt: new Date(), status: "removed" } });
  expect(await call("GET", "/api/v1/cleanups?archived=true")).toMatchObject({
    items: [{ archived: { bytes: 10 } }],
  });
  await call("POST", `/api/v1/workspaces/${workspace}/restore`);
  expect(await call("GET", `/api/v1/workspaces/${workspace}`)).toMatchObject({
    restore: { archive: "a.tar" },
  });
}

async function askAboutTheRest(): Promise<void> {
  const event = projectCreated("twice");
  await call("POST", "/api/v1/signals", event);
  const changed = { ...event, data: { ...event.data, repository: "octo/other" } };
  const answer = await call("POST", "/api/v1/signals", [changed, projectCreated("once")]);
  expect(answer).toMatchObject({ refused: [{ code: "signal_conflict" }] });
  expect(await call("POST", "/api/v1/settings/validate", { settings: "draft: always\n" })).toMatchObject({
    valid: true,
  });
  expect(await call("POST", "/api/v1/settings/validate", { settings: "drafts: 1" })).toMatchObject({
    valid: false,
  });
  const ping = delivery("ping", { zen: "Keep it logically awesome." });
  const received = await post(scenario.bot.url, ping);
  await checkAnswer("POST", "/api/github/webhooks", received);
  await answerOf(received, 202);
  await eventually("the delivery done", async () => {
    const { items } = (await call("GET", "/api/v1/deliveries?status=done")) as { items: unknown[] };
    return items.length > 0;
  });
  expect(await call("GET", `/api/v1/deliveries/${ping.id}/trace`)).toMatchObject({ kind: "delivery" });
  expect(await call("GET", `/api/v1/signals/${event.id}/trace`)).toMatchObject({ project: "twice" });
  await call("POST", `/api/v1/deliveries/${ping.id}/replay`);
  const wanted = { name: "described", scopes: ["read"] };
  const { id } = await call("POST", "/api/v1/tokens", wanted);
  await call("POST", `/api/v1/tokens/${String(id)}/rotate`);
  await call("DELETE", `/api/v1/tokens/${String(id)}?reason=described`);
  await call("GET", "/api/v1/tokens");
  await call("GET", "/api/v1/audit");
  for (const method of ["POST", "GET", "DELETE"]) await call(method, "/api/v1/session");
  await call("GET", "/api/v1/system");
  expect(await call("PUT", "/api/v1/system/log-level", { level: "error" })).toMatchObject({ level: "error" });
  await call("GET", "/api/v1/system/log-level");
  expect(await call("DELETE", "/api/v1/system/log-level")).toMatchObject({ until: null });
  await call("GET", "/api/v1/rate-limits");
  await call("PUT", "/api/v1/rate-limits/read", { limit: 10_000 });
  await call("GET", "/api/v1/rate-limits/subjects/user:ADMIN_TOKEN");
  await call("DELETE", "/api/v1/rate-limits/subjects/address:192.0.2.1");
  const events = await scenario.bot.request("/api/v1/events");
  await events.body?.cancel();
  for (const path of [
    "/livez",
    "/readyz",
    "/health",
    "/health/mongodb",
    "/metrics",
    "/docs",
    "/docs/reference.js",
  ])
    await call("GET", path);
}

test("every operation answers as the API's description says, which the bot serves as it is committed", async () => {
  await askAboutProjects();
  await askAboutPullRequests();
  await askAboutWorkspaces();
  await askAboutCleanups();
  await askAboutTheRest();
  expect(await call("GET", "/api/v1/openapi.json")).toEqual(DESCRIPTION);
  const described = Object.values(DESCRIPTION.paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ operationId, responses }) =>
      Object.keys(responses)
        .filter((status) => status.startsWith("2"))
        .map((status) => `${operationId} ${status}`),
    );
  const checked = checkedAnswers();
  expect(described.filter((answer) => !checked.has(answer))).toEqual([]);
});
