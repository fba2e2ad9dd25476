import { startMongo } from "../../script/services/mongo-server.ts";
import { Database } from "../../src/mongo/database.ts";
import { ProjectStore, type StoredProject } from "../../src/projects/store.ts";
import { foldSignal, NO_FACTS } from "../../src/projects/rules/fold-signal.ts";
import { projectStatus } from "../../src/projects/rules/project-status.ts";
import { PullRequestStore } from "../../src/pull-requests/record/store.ts";
import { parseSignal } from "../../src/signals/rules/parse-signal.ts";
import { newWorkspace } from "../../src/workspaces/record/new-workspace.ts";
import { WorkspaceStore } from "../../src/workspaces/record/store.ts";
import type { StoredWorkspace } from "../../src/workspaces/record/workspace.ts";
import { RetentionDesk } from "../../src/workspaces/retention/retention-desk.ts";
import type { BenchmarkRow } from "../result.ts";

const WORKSPACES = 10_000;
const HOST = "bench";
/** As in a sweep. */
const PART = 500;
const RUNS = 5;
const GOAL_MS = 1_000;
const HOUR_MS = 3_600_000;
const now = new Date();
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);

/**
 * How long it takes to decide about ten thousand workspaces, each with a project of its own, of every outcome, a third with an open pull
 * request: as a sweep does it, with everything read from MongoDB. The median of five runs, on a MongoDB of its own.
 */
export async function decisionRows(): Promise<BenchmarkRow[]> {
  await using mongo = await startMongo({ sparing: false });
  const uri = new URL(mongo.uri);
  uri.pathname = "/decisions";
  const database = await Database.connect(uri.toString());
  await using _closed = { [Symbol.asyncDispose]: () => database.close() };
  const store = new WorkspaceStore(database);
  const projectStore = new ProjectStore(database);
  const pullRequestStore = new PullRequestStore(database);
  await database.createIndexes();
  await fill(database);
  const desk = new RetentionDesk({
    store,
    projectStore,
    pullRequestStore,
    roots: ["/w"],
    whyOutside: () => null,
    now: () => now,
  });
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const beganMs = performance.now();
    const decided = await decideAll(store, desk);
    times.push(performance.now() - beganMs);
    if (decided !== WORKSPACES) throw new Error(`Only ${decided} of ${WORKSPACES} were decided`);
  }
  const [ours = Number.NaN] = times.toSorted((one, other) => one - other).slice(Math.floor(RUNS / 2));
  return [
    {
      measure: `${WORKSPACES} workspaces decided, with their projects and pull requests read from MongoDB`,
      unit: "ms",
      ours: Math.round(ours),
      peer: null,
      peerName: null,
      ratio: null,
      goal: `< ${GOAL_MS} ms`,
      holds: ours < GOAL_MS,
    },
  ];
}

async function decideAll(store: WorkspaceStore, desk: RetentionDesk): Promise<number> {
  let decided = 0;
  for await (const part of store.partsOfHost(HOST, PART)) decided += (await desk.decideAlone(part)).size;
  return decided;
}

async function fill(database: Database): Promise<void> {
  const indexes = Array.from({ length: WORKSPACES }, (_, index) => index);
  const collections = { workspaces: workspaceOf, projects: projectOf };
  for (const [name, make] of Object.entries(collections)) {
    await database.native
      .collection(name)
      .insertMany(indexes.map((index) => ({ ...make(index) })) as never[]);
  }
  const open = indexes.filter((index) => index % 3 === 0).map(openPullRequest);
  await database.native.collection("pull_requests").insertMany(open);
}

function workspaceOf(index: number): StoredWorkspace {
  const path = `/w/p-${index}`;
  const at = hoursAgo(48);
  const fresh = newWorkspace({ host: HOST, path, noticedBy: "signal", at, now: at });
  const lease = { holder: `project p-${index}`, until: hoursAgo(-1), signal: null, since: at } as const;
  const leases = index % 5 === 0 ? [{ kind: "heartbeat" as const, ...lease }] : [];
  return { ...fresh, projects: [`p-${index}`], leases, seenAt: at };
}

/** One of ten still works, the others have ended in one of three ways, after a history of as many phases as a project has. */
function projectOf(index: number): StoredProject {
  const id = `p-${index}`;
  const workspace = { host: HOST, path: `/w/${id}` };
  const creation = { project: { id, name: "Bench", userId: "user" }, repository: "octo/hello", workspace };
  const phases = ["research", "planning", "implementation"].flatMap((phase) => [
    { type: "orb.phase.started", data: { project: id, phase, summary: "Begins.".repeat(50) } },
    { type: "orb.phase.completed", data: { project: id, phase, summary: "It is done.".repeat(50) } },
  ]);
  const data = { project: id };
  const ends = [
    { type: "orb.project.cancelled", data },
    { type: "orb.project.failed", data },
    {
      type: "orb.implementation.completed",
      data: { ...data, repository: "octo/hello", branch: `agent/${id}`, summary: "" },
    },
  ];
  const end = index % 10 === 0 ? [] : ends.slice(index % 3).slice(0, 1);
  const told = [{ type: "orb.project.created", data: creation }, ...phases, ...end];
  const facts = told.reduce((known, event, minute) => {
    const time = new Date(hoursAgo(72).getTime() + minute * 60_000).toISOString();
    const cloudEvent = { specversion: "1.0", source: "bench", id: `${id} ${minute}`, time, ...event };
    return foldSignal(known, parseSignal(cloudEvent, now));
  }, NO_FACTS);
  const status = projectStatus(facts);
  return { _id: id, facts, ...status, cleanup: null, createdAt: now, updatedAt: now, revision: 1 };
}

function openPullRequest(index: number) {
  return {
    key: `bench ${index}`,
    project: `p-${index}`,
    repository: "octo/hello",
    branch: `agent/p-${index}`,
    status: "open",
    pullRequest: { url: `https://github.com/octo/hello/pull/${index}` },
    seen: {
      lifecycle: "open",
      checks: { verdict: index % 2 === 0 ? "failed" : "passed" },
      review: { verdict: "none" },
      mergeability: { value: "mergeable" },
    },
  };
}
