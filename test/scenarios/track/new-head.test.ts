import { expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("somebody pushes: description and labels are of the new head, and nothing else is written", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("pushed", { data: { type: "feature" } });
  const pullRequest = await scenario.opened("pushed");
  const many = Array.from({ length: 80 }, (_, line) => `export const line${line} = ${line};\n`).join("");
  await scenario.change(repository, { "src/many.ts": many }, "agent/pushed");
  const { data } = await scenario.event("pushed", "orb.pull_request.updated");
  expect(data["pullRequest"]).toMatchObject({ headSha: pullRequest.headSha });
  await eventually("the new size", () => pullRequest.labels.includes("size: m"));
  expect(pullRequest.labels).not.toContain("size: xs");
  expect(sectionOf(pullRequest, "files")).toContain("src/many.ts");
  const mark = github.requests.mark();
  await eventually("two looks more", async () => {
    await scenario.lookAgain("pushed");
    return github.requests.since(mark).length >= 2;
  });
  const written = github.requests.since(mark).filter(({ method }) => method === "PATCH" || method === "PUT");
  expect(written).toEqual([]);
});

test("a person ticks a box: the section is written anew, without a completion", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("ticked", { data: { summary: "What it is about." } });
  const pullRequest = await scenario.opened("ticked");
  const edited = (pullRequest.body ?? "").replace("What it is about.", "Something else.");
  await github.editPullRequest(repository, pullRequest.number, { body: edited });
  await scenario.completeAgain("ticked", { files: null, data: { summary: "What it is about now." } });
  expect(pullRequest.body).toContain("Something else.");
  const ticked = (pullRequest.body ?? "").replace(
    "- [ ] <!-- orb:rewrite:summary -->",
    "- [x] <!-- orb:rewrite:summary -->",
  );
  expect(ticked).not.toBe(pullRequest.body);
  await github.editPullRequest(repository, pullRequest.number, { body: ticked });
  await eventually("the section anew", () => pullRequest.body?.includes("What it is about now."));
  expect(pullRequest.body).not.toContain("Something else.");
});

test("a person turns it to another base: the description speaks of that one", async () => {
  const { github, repository } = scenario.stage;
  await scenario.change(repository, { "release.md": "1.0\n" }, "release");
  await scenario.complete("turned");
  const pullRequest = await scenario.opened("turned");
  await github.editPullRequest(repository, pullRequest.number, { base: "release" });
  await scenario.event("turned", "orb.pull_request.updated");
  const [record] = await scenario.bot.app.pullRequestStore.ofProject("turned");
  expect(record?.pullRequest?.base).toBe("release");
});
