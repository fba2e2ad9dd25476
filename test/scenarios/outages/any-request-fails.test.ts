import { beforeAll, expect, test } from "../../support/testing.ts";
import { sampled } from "../../support/sample.ts";
import { useScenario } from "../../support/scenario.ts";
import type { Fault } from "../../local-github/faults.ts";

// The faults must hit the requests of one run, so no webhook may cause others.
const scenario = useScenario({}, { webhooks: false });

const FAULTS: readonly { readonly name: string; readonly fault: Fault }[] = [
  { name: "a 502 before its effect", fault: { kind: "error", status: 502, when: "before" } },
  { name: "a lost answer", fault: { kind: "lost-answer", when: "after" } },
  { name: "a limit", fault: { kind: "secondary-limit", retryAfterS: 1, status: 429 } },
];

/** Comparison, proof, checks, creation, decoration, check run. */
const REQUESTS = 6;

beforeAll(async () => {
  const { github, repository } = scenario.stage;
  // A mistake that every check run reports, and a reviewer whose account is cached.
  const files = { ".github/orb/chore.md": "{{ nonsense }}\n" };
  await github.pushFiles(repository, { branch: "main", files, message: "Settle" });
  github.addCollaborator(repository, github.createUser("ines"), "write");
  await publish("warm-up");
});

async function publish(project: string) {
  await scenario.complete(project, {
    data: {
      type: "chore",
      summary: "Thanks to @octocat.",
      claims: [{ kind: "tests", text: "All pass" }],
      reviewers: ["ines"],
    },
  });
  const pullRequest = await scenario.opened(project);
  await scenario.leaveAlone();
  return pullRequest;
}

test("a pull request with everything takes as many requests as fail in the tests below", async () => {
  const { requests } = scenario.stage.github;
  const mark = requests.mark();
  await publish("counted");
  expect(requests.since(mark).map(({ method, route }) => `${method} ${route}`)).toHaveLength(REQUESTS);
});

const CASES = FAULTS.flatMap(({ name, fault }, kind) =>
  Array.from({ length: REQUESTS }, (_, skip) => ({
    title: `${name} of request ${skip + 1}`,
    fault,
    skip,
    kind,
  })),
);
const TITLES = CASES.map(({ title }) => title);
/** Each request fails once, and in each way two of them do. */
const SOME = CASES.filter(({ skip, kind }) => skip % FAULTS.length === kind).map(({ title }) => title);

const TAKEN = new Set(sampled("requests that fail", TITLES, SOME));

test.each(CASES.filter(({ title }) => TAKEN.has(title)))(
  "$title ends in one complete pull request, announced once",
  async ({ title, fault, skip }) => {
    const { github, repository } = scenario.stage;
    const placed = github.faults.add({ skip, fault });
    const project = title.replaceAll(" ", "-");
    const pullRequest = await publish(project);
    placed.remove();
    expect(placed.hits).toBe(1);
    expect(pullRequest.labels).toEqual(["ai-generated", "type: chore", "size: xs"]);
    expect(pullRequest.requestedReviewers.map(({ login }) => login)).toEqual(["ines"]);
    const those = [...repository.pullRequests.values()].filter(
      ({ headRef }) => headRef === pullRequest.headRef,
    );
    expect(those).toHaveLength(1);
    const runs = [...repository.checkRuns].filter(({ headSha }) => headSha === pullRequest.headSha);
    expect(runs).toHaveLength(1);
    const types = await scenario.types(project);
    expect(types.filter((type) => type.startsWith("orb.pull_request."))).toEqual(["orb.pull_request.opened"]);
    const { shortcomings } = await scenario.listed(project, ({ status }) => status === "open");
    expect(shortcomings).toHaveLength(1);
  },
);
