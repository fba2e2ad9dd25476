import { createLogger } from "../../../src/monitoring/logger.ts";
import { cloudEvent, completion, projectCreated } from "../../support/signals.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { expect, test } from "../../support/testing.ts";
import { answerOf, delivery, post } from "../../support/webhooks/deliveries.ts";

type Line = Readonly<Record<string, unknown>>;

const written: string[] = [];
const log = createLogger({ level: "trace", format: "json" }, { write: (line) => void written.push(line) });
const scenario = useScenario({ log });
const lines = (): Line[] => written.map((line) => JSON.parse(line) as Line);
const saying = (...messages: string[]) => lines().filter(({ msg }) => messages.includes(String(msg)));

/** What each line must name, by its message. A message that is not here is about the process, a job, or many things. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  "request answered": ["requestId"],
  "webhook answered": ["requestId", "deliveryId"],
  "webhook refused": ["requestId", "deliveryId"],
  "delivery handled": ["deliveryId"],
  "signal received": ["signalId", "project", "requestId"],
  "project updated": ["project"],
  "publishing decided": ["project", "pullRequestId", "repository"],
  "pull request open": ["project", "pullRequestId", "repository"],
  "pull request updated": ["project", "pullRequestId", "repository"],
  "pull request changed": ["project", "pullRequestId", "repository"],
  "publishing delayed": ["project", "pullRequestId", "repository"],
  "no pull request": ["project", "pullRequestId", "repository"],
  "command carried out": ["project", "pullRequestId", "repository"],
};

/** They depend on how fast the parts of the test are. */
const SOMETIMES = new Set(["publishing delayed", "pull request updated"]);

/** Secrets of other people, in all that they can write. */
const TOKEN = `ghp_${"b2".repeat(18)}`;

test("every line of a life from completion to merge names what it is about, and none has a secret", async () => {
  const { github, repository } = scenario.stage;
  await scenario.signal(projectCreated("logged"));
  await scenario.complete("logged", { data: { summary: `It uses ${TOKEN}.`, title: `Add ${TOKEN}` } });
  const { number } = await scenario.opened("logged");
  await github.comment(repository, number, `/orb refresh ${TOKEN}`);
  await scenario.event("logged", "orb.pull_request.updated");
  const reason = `The agent printed ${TOKEN}`;
  await scenario.signal(cloudEvent("orb.project.failed", { project: "logged-failed", reason }));
  // One that can't be published, one that is no signal, and one that GitHub has not signed.
  await scenario.signal(completion("logged-not", { branch: "agent/missing" }));
  const wrong = { method: "POST", body: JSON.stringify({ type: TOKEN }) };
  await answerOf(await scenario.bot.request("/api/v1/signals", wrong), 400);
  const forged = delivery("ping", { zen: TOKEN });
  const headers = { ...forged.headers, "x-hub-signature-256": `sha256=${"0".repeat(64)}` };
  await answerOf(await post(scenario.bot.url, { ...forged, headers }), 401);
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("logged", "orb.pull_request.merged");
  const always = Object.keys(NAMES).filter((message) => !SOMETIMES.has(message));
  for (const message of always) await eventually(`a line “${message}”`, async () => saying(message)[0]);
  for (const line of lines()) {
    for (const name of NAMES[String(line["msg"])] ?? []) {
      expect({ ...line, lacks: line[name] ? null : name }).toMatchObject({ lacks: null });
    }
  }
  expect(written.filter((line) => line.includes(TOKEN))).toEqual([]);
  const failed = saying("project updated").find(({ project }) => project === "logged-failed");
  expect(failed).toMatchObject({ because: expect.stringContaining("The agent printed [token removed]") });
});

test("what is asked of GitHub names the pull request, and an answer to a person the request", async () => {
  const asked = saying("GitHub answered");
  const forRecord = asked.filter(({ pullRequestId }) => pullRequestId !== undefined);
  expect(forRecord.length).toBeGreaterThan(0);
  for (const line of forRecord) expect(line).toMatchObject({ project: expect.stringMatching(/^logged/) });
  const before = written.length;
  const { items } = await answerOf(
    await scenario.bot.request("/api/v1/pull-requests?project=logged-not"),
    200,
  );
  const [record] = items as { id: string }[];
  const preview = { method: "POST", body: "{}", headers: { "x-request-id": "preview-1" } };
  await scenario.bot.request(`/api/v1/pull-requests/${record?.id}/preview`, preview);
  const ofPreview = lines()
    .slice(before)
    .filter(({ requestId }) => requestId === "preview-1");
  expect(ofPreview.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(["GitHub answered", "request answered"]),
  );
});
