import { expect, test } from "@jest/globals";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("a draft is opened where the signal asks for one", async () => {
  await scenario.complete("wanted", { data: { draft: true } });
  const { data } = await scenario.event("wanted", "orb.pull_request.opened");
  expect(data["pullRequest"]).toMatchObject({ draft: true });
  expect((await scenario.opened("wanted")).draft).toBe(true);
});

test("where the settings say risky, a risky change begins as a draft and an everyday one does not", async () => {
  const repository = await scenario.another("careful", { files: { ".github/orb.yml": "draft: risky\n" } });
  await scenario.complete("everyday", { repository });
  await scenario.complete("delicate", { repository, files: { "db/migrations/1.sql": "select 1;\n" } });
  await scenario.complete("asked-for", { repository, data: { draft: true } });
  expect((await scenario.opened("everyday")).draft).toBe(false);
  expect((await scenario.opened("delicate")).draft).toBe(true);
  expect((await scenario.opened("asked-for")).draft).toBe(true);
});

test("where GitHub has no drafts an ordinary pull request is opened, and it is told what it lacks", async () => {
  const repository = await scenario.another("no-drafts", { draftsSupported: false });
  await scenario.complete("no-drafts", { repository, data: { draft: true } });
  const ordinary = await scenario.opened("no-drafts");
  expect(ordinary.draft).toBe(false);
  expect(ordinary.body).toContain(
    "octo/no-drafts does not support draft pull requests, so this is not a draft.",
  );
  const lack = {
    code: "drafts_not_supported",
    reason: "octo/no-drafts does not support draft pull requests, so this is not a draft.",
    remedy: expect.stringContaining("Don't merge it before it is ready") as unknown,
  };
  const { data } = await scenario.event("no-drafts", "orb.pull_request.opened");
  expect(data).toMatchObject({ pullRequest: { draft: false }, problems: [lack] });
  const { shortcomings } = await scenario.listed("no-drafts", ({ status }) => status === "open");
  expect(shortcomings).toEqual([lack]);
});
