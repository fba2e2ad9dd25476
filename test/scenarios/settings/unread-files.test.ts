import { expect, test } from "../../support/testing.ts";
import { HOSTILE_FILES, hostilePaths } from "../../../bench/hostile-repository.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("files that are not read because of their name or because they are links are reported", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("unread", {
    files: { ".github/orb.yaml": "draft: always\n" },
  });
  const files = { CODEOWNERS: { link: "docs/OWNERS" }, "docs/OWNERS": "* @octocat\n" };
  await github.pushFiles(repository, { branch: "main", files, message: "Link" });
  await scenario.complete("unread", { repository });
  const pullRequest = await scenario.opened("unread");
  expect(pullRequest).toMatchObject({ draft: false, requestedReviewers: [] });
  const { shortcomings } = await scenario.listed("unread", ({ status }) => status === "open");
  expect(shortcomings.map(({ code }) => code)).toEqual(["file_is_link"]);
  const run = await eventually("the check run", () =>
    repository.checkRuns.find(({ name }) => name === "orb"),
  );
  expect(run.output.summary).toContain(".github/orb.yaml is not read: the bot reads .github/orb.yml.");
  expect(run.output.summary).toContain("CODEOWNERS is a symbolic link");
});

test("a CODEOWNERS that is longer than GraphQL shows names its owners", async () => {
  const { github } = scenario.stage;
  const long = `${"# Nobody reads this comment.\n".repeat(30_000)}/src/ @octocat\n`;
  const repository = await scenario.addRepository("long", { files: { CODEOWNERS: long } });
  github.addCollaborator(repository, github.createUser("ines"), "write");
  await scenario.complete("long", { repository, data: { reviewers: ["ines"] } });
  const { requestedReviewers } = await scenario.opened("long");
  expect(requestedReviewers.map(({ login }) => login)).toEqual(["ines", "octocat"]);
});

test("files that take too long to read are reported on the check run, and what else is known counts", async () => {
  const { github } = scenario.stage;
  const hostile = [
    HOSTILE_FILES["a CODEOWNERS of starred patterns"],
    HOSTILE_FILES["a labeler.yml of nested branch patterns"],
  ].flatMap((file) => (file ? [[file.path, file.text] as const] : []));
  const repository = await scenario.addRepository("hostile", { files: Object.fromEntries(hostile) });
  github.addCollaborator(repository, github.createUser("mona"), "write");
  const files = Object.fromEntries(hostilePaths(6).map((path) => [path, "a\n"]));
  await scenario.complete("hostile", { repository, files, data: { reviewers: ["mona"] } });
  const { requestedReviewers } = await scenario.opened("hostile");
  expect(requestedReviewers.map(({ login }) => login)).toEqual(["mona"]);
  const { shortcomings } = await scenario.listed("hostile", ({ status }) => status === "open");
  expect(shortcomings.map(({ code }) => code)).toEqual(["file_too_slow"]);
  const run = await eventually("the check run", () =>
    repository.checkRuns.find(({ name }) => name === "orb"),
  );
  expect(run.output.summary).toContain("The bot stopped reading CODEOWNERS, because that takes too long.");
});
