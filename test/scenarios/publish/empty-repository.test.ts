import { expect, test } from "../../support/testing.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("an empty repository blocks at once, and the first pushes end that", async () => {
  const { github, repository, installation } = scenario.stage;
  const empty = await github.createRepository({ owner: repository.owner, name: "empty", files: null });
  await github.changeRepositories(installation, { added: [empty] });
  // The event of the new repository would make the bot ask a second time.
  await scenario.leaveAlone();
  const mark = github.requests.mark();
  await scenario.complete("first", { repository: empty, files: null });
  expect((await scenario.event("first", "orb.pull_request.blocked")).data).toMatchObject({
    code: "repository_empty",
    reason: "GitHub answered 409: Git Repository is empty.",
    remedy: expect.stringMatching(/^Push a first commit to the repository\..* continues by itself\.$/),
    nextAttemptAt: expect.any(String),
  });
  const compared = github.requests.since(mark).filter(({ route }) => route.includes("/compare/"));
  expect(compared).toHaveLength(1);

  await scenario.change(empty, { "README.md": "# Empty\n" });
  await github.pushFiles(empty, {
    branch: "agent/first",
    from: "main",
    files: { a: "a\n" },
    message: "First",
  });
  const { baseRef } = await scenario.opened("first");
  expect(baseRef).toBe("main");
});
