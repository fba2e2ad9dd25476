import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import { Database } from "../../../src/mongo/database.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { installations } from "../../../src/installations/subject.ts";
import { OutboxStore } from "../../../src/outbox/store.ts";
import { Projects } from "../../../src/projects/record.ts";
import { ProjectStore } from "../../../src/projects/store.ts";
import { Marker } from "../../../src/pull-requests/record/marker.ts";
import { RebuildStore } from "../../../src/pull-requests/upkeep/rebuild-store.ts";
import { Rebuild } from "../../../src/pull-requests/upkeep/rebuild.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { Secret } from "../../../src/secret.ts";
import { ProjectTelemetry } from "../../../src/telemetry/projects.ts";
import { PullRequestTelemetry } from "../../../src/telemetry/pull-requests.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { type GitHubScene, setGitHubScene } from "../github/scene.ts";

const PULLS = "GET /repos/{owner}/{repo}/pulls";
const NAMES = ["one", "two", "three", "four", "five", "six", "seven"];
const MINUTE_MS = 60_000;

let stores: Stores;
let database: Database;
let scene: GitHubScene;
let marker: Marker;
let pullRequests: PullRequestStore;
let outbox: OutboxStore;

beforeEach(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  scene = await setGitHubScene();
  marker = new Marker(new Secret(scene.app.privateKeyPem));
  pullRequests = new PullRequestStore(database);
  outbox = new OutboxStore(database, { relayed: true });
  await database.createIndexes();
  for (const name of NAMES) await openIn(name);
});

afterEach(async () => {
  await scene[Symbol.asyncDispose]();
  await database.close();
  await stores[Symbol.asyncDispose]();
});

/** Makes a repository with an open pull request like the bot's. */
async function openIn(name: string): Promise<void> {
  const { github, acme, octokit } = scene;
  const repository = await github.createRepository({ owner: acme, name, files: { "a.ts": "export {};\n" } });
  const branch = `agent/${name}`;
  await github.pushFiles(repository, {
    branch,
    from: "main",
    files: { "b.ts": "export {};\n" },
    message: "Add b",
  });
  const proof = marker.of({ project: name, repositoryId: repository.id, branch });
  const body = `<!-- orb-provenance: {"project":"${name}"} -->\n${proof}`;
  await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    owner: "acme",
    repo: name,
    head: branch,
    base: "main",
    title: "Add b",
    body,
  });
}

/** A rebuild like that of another process, or of a later run. */
function rebuild(): Rebuild {
  const instruments = { log: createLogger({ level: "silent", format: "json" }), metrics: new Metrics() };
  const now = () => new Date();
  return new Rebuild({
    github: scene.gitHub,
    marker,
    store: pullRequests,
    rebuildStore: new RebuildStore(database, pullRequests),
    installations: installations({ database, instruments, now }).installations,
    projects: new Projects({
      store: new ProjectStore(database),
      outbox,
      telemetry: new ProjectTelemetry(instruments),
      now,
    }),
    database,
    telemetry: new PullRequestTelemetry(instruments, []),
    now,
  });
}

async function rebuilt(): Promise<string[]> {
  const records = await pullRequests.model.find().lean();
  return records.map(({ project }) => project).sort();
}

/** How often pull requests were listed. */
function listings(since: ReturnType<typeof scene.github.requests.mark>): number {
  return scene.github.requests.since(since).filter(({ method, route }) => `${method} ${route}` === PULLS)
    .length;
}

test("if one repository fails, the others are found, and only that one is asked again", async () => {
  const fault = { kind: "error", status: 502, when: "before" } as const;
  scene.github.faults.add({ route: PULLS, skip: 2, times: 1, fault });
  const { againInMs } = await rebuild().run();
  expect(againInMs).toBeGreaterThanOrEqual(MINUTE_MS);
  expect(await rebuilt()).toHaveLength(NAMES.length - 1);
  const mark = scene.github.requests.mark();
  expect(await rebuild().run()).toEqual({});
  expect(await rebuilt()).toEqual(NAMES.toSorted());
  expect(listings(mark)).toBe(1);
});

test("a pull request is found although its repository was renamed after it was opened", async () => {
  const { github } = scene;
  const one = [...github.world.state.repositories.values()].find(({ name }) => name === "one");
  if (!one) throw new Error("There is no such repository");
  await github.renameRepository(one, "first");
  expect(await rebuild().run()).toEqual({});
  expect(await pullRequests.ofProject("one")).toMatchObject([
    { repository: "acme/first", repositoryId: one.id },
  ]);
});

test("a repository that the bot can't reach any more is skipped", async () => {
  const json = { message: "Not Found" };
  scene.github.faults.add({ route: PULLS, skip: 1, times: 1, fault: { kind: "answer", status: 404, json } });
  expect(await rebuild().run()).toEqual({});
  expect(await rebuilt()).toHaveLength(NAMES.length - 1);
});

test("while GitHub is unavailable only few repositories are asked, and later none is missing", async () => {
  const fault = { kind: "error", status: 502, when: "before" } as const;
  const placed = scene.github.faults.add({ route: PULLS, fault, times: 100 });
  const mark = scene.github.requests.mark();
  const { againInMs } = await rebuild().run();
  expect(againInMs).toBeGreaterThanOrEqual(MINUTE_MS);
  expect(listings(mark)).toBeLessThan(NAMES.length);
  placed.remove();
  expect(await rebuild().run()).toEqual({});
  expect(await rebuilt()).toEqual(NAMES.toSorted());
});

test("at a rate limit the remaining repositories wait for as long as GitHub says", async () => {
  const fault = { kind: "secondary-limit", retryAfterS: 300 } as const;
  scene.github.faults.add({ route: PULLS, skip: 3, times: 1, fault });
  const mark = scene.github.requests.mark();
  const { againInMs } = await rebuild().run();
  expect(againInMs).toBeGreaterThan(4 * MINUTE_MS);
  expect(listings(mark)).toBe(4);
  scene.wait(againInMs ?? 0);
  expect(await rebuild().run()).toEqual({});
  expect(await rebuilt()).toEqual(NAMES.toSorted());
});

test("a completion that comes before the rebuild does not prevent it", async () => {
  const rebuildStore = new RebuildStore(database, pullRequests);
  expect(await rebuildStore.isDue(new Date())).toBe(true);
  await pullRequests.model.collection.insertOne({ key: "acme/other agent/other" });
  await rebuild().run();
  expect(await pullRequests.model.countDocuments({ project: { $exists: true } })).toBe(NAMES.length);
});
