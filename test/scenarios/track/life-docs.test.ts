import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "../../support/testing.ts";
import type { CleanupEvent, DiskEvent, OrbEvent } from "../../../src/outbox/event.ts";
import { readDocExamples } from "../../support/documents/doc-examples.ts";
import { eventually } from "../../support/eventually.ts";
import { runExample } from "../../support/documents/run-example.ts";
import { useScenario } from "../../support/scenario.ts";
import { projectCreated } from "../../support/signals.ts";
import type { PublishedEvent } from "../../support/stage.ts";
import type { PullRequest, Repository } from "../../local-github/state.ts";

const PAGE = fileURLToPath(new URL("../../../docs/life-of-a-pull-request.md", import.meta.url));
const examples = await readDocExamples(PAGE);

/** Events about workspaces: test/scenarios/workspaces/ compares their examples with published ones. */
type OfWorkspaces = (CleanupEvent | DiskEvent)["type"];

/** All other types: a missing or an unknown one does not compile. */
const EVERY_TYPE: Record<Exclude<OrbEvent["type"], OfWorkspaces>, true> = {
  "orb.project.updated": true,
  "orb.pull_request.opened": true,
  "orb.pull_request.updated": true,
  "orb.pull_request.blocked": true,
  "orb.pull_request.failed": true,
  "orb.pull_request.ready": true,
  "orb.pull_request.checks_failed": true,
  "orb.pull_request.checks_passed": true,
  "orb.pull_request.changes_requested": true,
  "orb.pull_request.approved": true,
  "orb.pull_request.conflict": true,
  "orb.pull_request.conflict_resolved": true,
  "orb.pull_request.merged": true,
  "orb.pull_request.closed": true,
};

/** The page shows these fields once and leaves them out of each example. */
const IN_EVERY_EVENT: ReadonlySet<string> = new Set(["project", "pullRequest"]);

const PROJECT = "csv-export-1";
const BRANCH = `agent/${PROJECT}`;
const CSV = "src/csv.ts";
let isBroken = false;
const scenario = useScenario({
  checkpoint: () => {
    if (isBroken) throw new Error("A bug");
  },
});
let events: readonly PublishedEvent[] = [];

beforeAll(async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("invoice-kit", {
    files: { ".github/orb.yml": "autoReady: true\n", [CSV]: "export const separator = ',';\n" },
  });
  await scenario.signal(projectCreated(PROJECT, "octo/invoice-kit"));
  const data = { title: "Export invoices as CSV", type: "feature", draft: true };
  const files = { [CSV]: "export const separator = ';';\n" };
  await scenario.complete(PROJECT, { repository, data, files });
  const pullRequest = await scenario.opened(PROJECT);
  await failAndRepair(repository, pullRequest);
  await discuss(repository, pullRequest);
  await conflictAndMerge(repository, pullRequest);
  await github.closePullRequest(repository, pullRequest.number);
  const { data: closed } = await scenario.event(PROJECT, "orb.pull_request.closed");
  // GitHub's times are in seconds, and two events of the same second have no order.
  await eventually("another second", () => Date.now() - Date.parse(String(closed["at"])) > 1_000);
  await github.reopenPullRequest(repository, pullRequest.number);
  await scenario.event(PROJECT, "orb.cleanup.cancelled");
  await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
  await scenario.event(PROJECT, "orb.pull_request.merged");
  events = [...(await scenario.stage.events(PROJECT)), ...(await refused())];
});

async function failAndRepair(repository: Repository, pullRequest: PullRequest): Promise<void> {
  const { github } = scenario.stage;
  const name = "unit tests";
  const annotation = { path: CSV, start_line: 1, end_line: 1, annotation_level: "failure" as const };
  const message = "Expected a comma between fields, got a semicolon";
  await github.completeCheckRun(repository, pullRequest.headSha, {
    name,
    conclusion: "failure",
    detailsUrl: "https://ci.example/runs/4711",
    output: {
      title: "1 of 22 failed",
      summary: "`quotes fields` failed.",
      annotations: [{ ...annotation, message }],
    },
  });
  await scenario.event(PROJECT, "orb.pull_request.checks_failed");
  await scenario.change(repository, { [CSV]: "export const separator = '\\t';\n" }, BRANCH);
  await github.completeCheckRun(repository, pullRequest.headSha, { name, conclusion: "success" });
  await scenario.event(PROJECT, "orb.pull_request.updated");
  await scenario.event(PROJECT, "orb.pull_request.checks_passed");
  await scenario.event(PROJECT, "orb.pull_request.ready");
}

async function discuss(repository: Repository, { number }: PullRequest): Promise<void> {
  const { github } = scenario.stage;
  const by = github.createUser("ines-okafor");
  github.addCollaborator(repository, by, "write");
  const diffHunk = "@@ -1 +1 @@\n-export const separator = ',';\n+export const separator = '\\t';";
  const comments = [{ path: CSV, line: 1, body: "Why a tab?", diffHunk }];
  const body = "One question.";
  await github.review(repository, number, { event: "REQUEST_CHANGES", body, comments, by });
  await scenario.event(PROJECT, "orb.pull_request.changes_requested");
  await github.review(repository, number, { event: "APPROVE", body: "Thanks!", by });
  await scenario.event(PROJECT, "orb.pull_request.approved");
}

async function conflictAndMerge(repository: Repository, pullRequest: PullRequest): Promise<void> {
  const { github } = scenario.stage;
  const files = { [CSV]: "export const separator = ' ';\n" };
  await github.pushFiles(repository, { branch: "by-hand", from: "main", files, message: "Use a space" });
  const other = await github.openPullRequest(repository, { head: "by-hand", base: "main", title: "Space" });
  await github.mergePullRequest(repository, other.number, { method: "squash" });
  await scenario.event(PROJECT, "orb.pull_request.conflict");
  const merged = { [CSV]: "export const separator = ',';\n" };
  const push = { branch: BRANCH, from: "main", force: true, files: merged, message: "Merge main" };
  await github.pushFiles(repository, push);
  await scenario.event(PROJECT, "orb.pull_request.conflict_resolved");
  expect(pullRequest.state).toBe("open");
}

/** The events of a branch that was not pushed, and of one at which the bot itself fails. */
async function refused(): Promise<PublishedEvent[]> {
  await scenario.complete("not-pushed", { files: null });
  const blocked = await scenario.event("not-pushed", "orb.pull_request.blocked");
  isBroken = true;
  await scenario.complete("broken");
  const failed = await scenario.event("broken", "orb.pull_request.failed");
  isBroken = false;
  return [blocked, failed];
}

const ofType = (type: string) => events.find((event) => event.type === type);

/** The shape of a value: its names and types, and for a list the shape of its first item. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shape(each)]));
}

test("every event has one example", () => {
  const shown = examples
    .map(({ test: type }) => type)
    .filter((type) => type.startsWith("orb.") && !/^orb\.(cleanup|disk)\./.test(type));
  expect(shown.toSorted()).toEqual(Object.keys(EVERY_TYPE).toSorted());
});

test.each(Object.keys(EVERY_TYPE))("the example of %s has the fields of a published event", (type) => {
  const example = examples.find((each) => each.test === type);
  const event = ofType(type);
  expect(event).toBeDefined();
  const own = Object.entries(event?.data ?? {}).filter(([name]) => !IN_EVERY_EVENT.has(name));
  expect(shape(JSON.parse(example?.code ?? "null"))).toEqual(shape(Object.fromEntries(own)));
});

test("the example of a pull request has the fields of every event about one", () => {
  const example = examples.find((each) => each.test === "pullRequest");
  const about = events.filter(({ data }) => data["pullRequest"] !== undefined);
  expect(about.length).toBeGreaterThan(10);
  const shown = shape(JSON.parse(example?.code ?? "null"));
  expect(about.map(({ data }) => shape(data["pullRequest"]))).toEqual(about.map(() => shown));
});

test("the example of a whole event has the attributes of a published one", () => {
  const example = examples.find((each) => each.test === "envelope");
  const event = ofType("orb.pull_request.ready");
  expect(shape(JSON.parse(example?.code ?? "null"))).toEqual(shape(event));
});

test("the Python example follows a project to its end, and begins with the entries that an earlier run did not finish", async () => {
  const listener = examples.find((each) => each.test === "listen");
  if (!listener) throw new Error("The page has no example that listens");
  const { redis, surroundings } = scenario.stage;
  const group = `meta-agent:${PROJECT}`;
  await redis.xgroup("CREATE", "orb:events", group, "0");
  await redis.xreadgroup("GROUP", group, "follower", "COUNT", 2, "STREAMS", "orb:events", ">");
  const variables = { REDIS_URL: surroundings.redisUrl, PROJECT };
  const lines = (await runExample(listener, variables)).trim().split("\n");
  const types = await scenario.types(PROJECT);
  expect(lines.map((line) => line.split(" ")[0])).toEqual(
    types.slice(0, types.indexOf("orb.pull_request.merged") + 1),
  );
});
