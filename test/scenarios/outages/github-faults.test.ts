import { afterEach, describe, expect, test } from "../../support/testing.ts";
import { listPullRequests } from "../../support/bot/api.ts";
import { sampledRows } from "../../support/sample.ts";
import { useScenario } from "../../support/scenario.ts";
import { lowerCase } from "../../support/stage.ts";
import type { Fault } from "../../local-github/faults.ts";

const CREATE = "POST /repos/{owner}/{repo}/pulls";
const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}";
const GRAPHQL = "POST /graphql";
const LABELS = ["ai-generated", "type: fix", "size: XS"];

// Faults must hit the requests of one run, so no webhook may cause others.
const scenario = useScenario({}, { webhooks: false });

afterEach(() => {
  scenario.stage.github.faults.clear();
});

async function publish(project: string): Promise<void> {
  await scenario.complete(project, { data: { type: "fix" } });
}

async function opened(project: string) {
  await scenario.event(project, "orb.pull_request.opened");
  const [record] = await listPullRequests(scenario.bot.url, project);
  return record;
}

interface Failure {
  readonly name: string;
  readonly project: string;
  readonly route: string;
  readonly fault: Fault;
  readonly adopted: boolean;
}

describe("after a failure of GitHub there is one pull request with its labels", () => {
  const FAILURES: readonly Failure[] = [
    {
      name: "502 after the creation",
      project: "f-502-after",
      route: CREATE,
      fault: { kind: "error", status: 502, when: "after" },
      adopted: true,
    },
    {
      name: "502 before the creation",
      project: "f-502-before",
      route: CREATE,
      fault: { kind: "error", status: 502, when: "before" },
      adopted: false,
    },
    {
      name: "the answer to the creation lost",
      project: "f-lost-after",
      route: CREATE,
      fault: { kind: "lost-answer", when: "after" },
      adopted: true,
    },
    {
      name: "the creation itself lost",
      project: "f-lost-before",
      route: CREATE,
      fault: { kind: "lost-answer", when: "before" },
      adopted: false,
    },
    {
      name: "500 at the comparison",
      project: "f-500-compare",
      route: COMPARE,
      fault: { kind: "error", status: 500, when: "before" },
      adopted: false,
    },
    {
      name: "502 after the labelling",
      project: "f-502-label",
      route: GRAPHQL,
      fault: { kind: "error", status: 502, when: "after" },
      adopted: false,
    },
    { name: "401 once", project: "f-401", route: COMPARE, fault: { kind: "unauthorized" }, adopted: false },
    {
      name: "a truncated answer",
      project: "f-cut",
      route: COMPARE,
      fault: { kind: "answer", status: 200, json: "" },
      adopted: false,
    },
    {
      name: "a 422 without details once",
      project: "f-422",
      route: CREATE,
      fault: {
        kind: "answer",
        status: 422,
        json: {
          message: "Validation Failed",
          errors: [],
          documentation_url: "https://docs.github.com/rest",
          status: "422",
        },
      },
      adopted: false,
    },
    {
      name: "a node that does not exist yet",
      project: "f-node",
      route: GRAPHQL,
      fault: {
        kind: "answer",
        status: 200,
        json: {
          data: { added: null },
          errors: [
            {
              type: "NOT_FOUND",
              path: ["added"],
              message: "Could not resolve to a node with the global id of 'PR_x'",
            },
          ],
        },
      },
      adopted: false,
    },
  ];
  const taken = sampledRows("failures of GitHub", FAILURES, [
    "502 after the creation",
    "the creation itself lost",
    "502 after the labelling",
    "a node that does not exist yet",
  ]);

  test.each(taken)("$name", async ({ project, route, fault, adopted }) => {
    const placed = scenario.stage.github.faults.add({ route, fault });
    await publish(project);
    expect(await opened(project)).toMatchObject({
      status: "open",
      adopted,
      labels: LABELS,
      problem: null,
      shortcomings: [],
    });
    expect(placed.hits).toBe(1);
    const all = [...scenario.stage.repository.pullRequests.values()];
    const those = all.filter(({ headRef }) => headRef === `agent/${project}`);
    expect(those).toMatchObject([{ state: "open", labels: lowerCase(LABELS) }]);
  });
});

describe("a rate limit is waited for, and counts as no attempt", () => {
  const LIMITS: readonly Omit<Failure, "route" | "adopted">[] = [
    {
      name: "the secondary one, 403",
      project: "l-secondary",
      fault: { kind: "secondary-limit", retryAfterS: 1 },
    },
    {
      name: "the secondary one, 429",
      project: "l-secondary-429",
      fault: { kind: "secondary-limit", retryAfterS: 1, status: 429 },
    },
    { name: "the primary one", project: "l-primary", fault: { kind: "primary-limit", resetInS: 2 } },
  ];
  const taken = sampledRows("rate limits", LIMITS, ["the secondary one, 403", "the primary one"]);

  test.each(taken)("$name", async ({ project, fault }) => {
    scenario.stage.github.faults.add({ route: CREATE, fault });
    await publish(project);
    const waiting = await scenario.listed(project, ({ problem }) => problem !== null);
    expect(waiting).toMatchObject({
      status: "queued",
      problem: { code: "rate_limited", remedy: expect.any(String), nextAttemptAt: expect.any(String) },
    });
    const stored = await scenario.bot.app.pullRequestStore.model.findOne({ project }).lean();
    expect(stored?.work.attempts).toBe(0);
    expect(await opened(project)).toMatchObject({ status: "open", labels: LABELS, problem: null });
  });
});

test("a pull request is opened without labels if the App may not add them, and says so", async () => {
  const refusal = {
    type: "FORBIDDEN",
    path: ["added"],
    message: "Resource not accessible by integration",
  };
  const json = { data: { added: null }, errors: [refusal] };
  await scenario.leaveAlone();
  scenario.stage.github.faults.add({ route: GRAPHQL, fault: { kind: "answer", status: 200, json } });
  await publish("unlabelled");
  expect(await opened("unlabelled")).toMatchObject({
    status: "open",
    labels: [],
    shortcomings: [{ code: "labels_permission_missing", remedy: expect.stringContaining("Grant the App") }],
  });
});

test("an expired token is replaced", async () => {
  await publish("before-the-token-expired");
  await opened("before-the-token-expired");
  scenario.stage.github.expireTokens();
  await publish("after-the-token-expired");
  expect(await opened("after-the-token-expired")).toMatchObject({
    status: "open",
    labels: LABELS,
    problem: null,
  });
});
