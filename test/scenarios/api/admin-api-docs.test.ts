import { readFileSync } from "node:fs";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { DESCRIPTION } from "../../support/bot/contract.ts";
import { readDocExamples } from "../../support/documents/doc-examples.ts";
import { runExample } from "../../support/documents/run-example.ts";
import { eventually } from "../../support/eventually.ts";
import { ROOT } from "../../support/repository-files.ts";
import { useScenario } from "../../support/scenario.ts";
import { cloudEvent } from "../../support/signals.ts";
import { beforeAll, expect, test } from "../../support/testing.ts";
import { answerOf, delivery, post } from "../../support/webhooks/deliveries.ts";

const PAGE = `${ROOT}docs/admin-api.md`;
/** They have pages of their own, or are for browsers and GitHub alone. */
const ELSEWHERE = new Set([
  "/api/v1/signals",
  "/api/github/webhooks",
  "/docs/reference.js",
  "/auth/github",
  "/auth/github/callback",
]);
const [PROJECT, HOST, SIGNAL] = ["csv-export-1", "host-1", "signal-1"];
const USAGE = { total: 100, used: 10, available: 90, usedPercent: 10 };

const examples = await readDocExamples(PAGE);
const scenario = useScenario({}, { webhooks: false });
const variables: Record<string, string> = {};

const firstOf = async (path: string): Promise<string> => {
  const { items } = await answerOf(await scenario.bot.request(path), 200);
  return (items as { id: string }[])[0]?.id ?? "";
};

beforeAll(async () => {
  const { bot } = scenario;
  const workspace = { host: HOST, path: `/var/orb/workspaces/${PROJECT}` };
  const project = { id: PROJECT, name: "Export invoices as CSV", userId: "user-1" };
  const data = { project, repository: "octo/hello", workspace };
  await scenario.signal(cloudEvent("orb.project.created", data, { id: SIGNAL }));
  await scenario.complete(PROJECT, { minute: 1 });
  await scenario.opened(PROJECT);
  const report = {
    root: "/var/orb/workspaces",
    realRoot: "/var/orb/workspaces",
    hasArchive: true,
    problem: null,
  };
  const usage = { at: new Date(), bytes: USAGE, inodes: null };
  await bot.app.workspaceParts.hosts.report(HOST, { ...report, usage }, new Date());
  const asked = await bot.request("/api/v1/cleanups", {
    method: "POST",
    body: JSON.stringify({ project: PROJECT }),
  });
  const { cleanups } = await answerOf(asked, 202);
  const ping = delivery("ping", { zen: "Keep it logically awesome." });
  await answerOf(await post(bot.url, ping), 202);
  await eventually("the delivery done", () => firstOf("/api/v1/deliveries?status=done"));
  const wanted = JSON.stringify({ name: "of an example", scopes: ["read"] });
  const token = await answerOf(await bot.request("/api/v1/tokens", { method: "POST", body: wanted }), 201);
  Object.assign(variables, {
    ORB_URL: bot.url,
    ORB_TOKEN: ADMIN_TOKEN,
    PROJECT,
    HOST,
    PULL_REQUEST: await firstOf(`/api/v1/pull-requests?project=${PROJECT}`),
    WORKSPACE: await firstOf(`/api/v1/workspaces?project=${PROJECT}`),
    CLEANUP: (cleanups as { id: string }[])[0]?.id ?? "",
    DELIVERY: ping.id,
    SIGNAL,
    TOKEN_ID: String(token["id"]),
    CATEGORY: "read",
    SERVICE: "mongodb",
    SUBJECT: "address:192.0.2.1",
  });
});

/** Some calls need something that has just gone wrong, or has ended. */
const BEFORE: Readonly<Record<string, () => Promise<void>>> = {
  retry: async () => {
    const problem = { code: "no_commits", reason: "It has no commits.", remedy: "Push one." };
    await scenario.editRecord(PROJECT, { $set: { status: "blocked", problem } });
  },
  restore: async () => {
    const { cleanupStore, workspaces } = scenario.bot.app.workspaceParts;
    const id = variables["WORKSPACE"] ?? "";
    const tombstone = { mustArchive: true, archive: "a.tar", archived: { bytes: 1, at: new Date() } };
    const ended = { status: "completed", outcome: "removed", tombstone, turn: null };
    await cleanupStore.model.updateOne({ "workspace.id": id }, { $set: ended });
    await workspaces.model.updateOne({ _id: id }, { $set: { goneAt: new Date(), status: "removed" } });
  },
};

test("every call of the page works as it stands, in the order of the page", async () => {
  for (const example of examples) {
    await BEFORE[example.test]?.();
    await expect(
      runExample(example, variables).catch((error: unknown) => fail(example.line, error)),
    ).resolves.toEqual(expect.any(String));
  }
});

function fail(line: number, error: unknown): never {
  const { stdout, stderr } = error as { stdout?: string; stderr?: string };
  throw new Error(`The example in line ${line} failed: ${stderr ?? ""} ${stdout ?? ""} ${String(error)}`);
}

test("the page has a call of every operation, and its scope above it", () => {
  const page = readFileSync(PAGE, "utf8");
  const operations = Object.entries(DESCRIPTION.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  const missing = operations.filter(({ method, path }) => {
    if (ELSEWHERE.has(path)) return false;
    const address = path.replaceAll(/\{\w+\}/g, String.raw`\$[A-Z_]+`);
    const pattern = new RegExp(String.raw`"\$ORB_URL${address}(?:\?[^"]*)?"`);
    return !examples.some(({ code }) => pattern.test(code) && methodOf(code) === method);
  });
  expect(missing).toEqual([]);
  for (const scope of ["read", "write", "admin"]) expect(page).toContain(`Scope \`${scope}\``);
});

function methodOf(code: string): string {
  return /-X (\w+)/.exec(code)?.[1] ?? (code.includes(" -d ") ? "POST" : "GET");
}
