import { expect, test, describe } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { eventually } from "../../support/eventually.ts";
import { storedRecord } from "../../support/stored-record.ts";
import type { CheckRun, Repository } from "../../local-github/state.ts";

const { scenario, say, answered, botComments, stored, atRest } = useCommandScenario();

test("help and status are answered with a comment, other commands with a reaction", async () => {
  await scenario.complete("asked");
  const pullRequest = await scenario.opened("asked");
  await answered(await say(pullRequest, "/orb help"), "rocket");
  await answered(await say(pullRequest, "How is it?\n\n/orb status"), "rocket");
  await answered(await say(pullRequest, "/orb refresh"), "rocket");
  const [help, status, ...more] = botComments(pullRequest);
  expect(help).toContain("`/orb hold`");
  expect(status).toContain("**Open**");
  expect(more).toEqual([]);
  await eventually("the refresh in the history", async () => {
    const { history } = await stored("asked");
    return history.some(({ what, because }) => what === "refresh" && because === "ines asked for it");
  });
});

longStory(
  "an unknown command is answered with help once, and an impossible one with the reason",
  async () => {
    await scenario.complete("puzzled");
    const pullRequest = await scenario.opened("puzzled");
    await answered(await say(pullRequest, "/orb deploy"), "confused");
    await answered(await say(pullRequest, "/orb shipit"), "confused");
    expect(botComments(pullRequest)).toEqual([expect.stringContaining("I don't know this command")]);
    await answered(await say(pullRequest, "/orb retry"), "confused");
    expect(botComments(pullRequest)[1]).toContain("Nothing has failed here");
  },
);

test("a person without write access can't give commands, and gets no comment", async () => {
  await scenario.complete("strange");
  const pullRequest = await scenario.opened("strange");
  const stranger = scenario.stage.github.createUser("stranger");
  const comment = await say(pullRequest, "/orb draft\n/orb help", stranger);
  await eventually("both commands done", async () => (await stored("strange")).requestsDone.length === 2);
  expect(comment.reactions.map(({ content }) => content)).toEqual(["confused"]);
  expect(pullRequest.draft).toBe(false);
  expect(botComments(pullRequest)).toEqual([]);
});

test("draft and ready change the draft state", async () => {
  await scenario.complete("draftable");
  const pullRequest = await scenario.opened("draftable");
  await answered(await say(pullRequest, "/orb draft"), "rocket");
  expect(pullRequest.draft).toBe(true);
  await eventually("ines's request", async () => (await stored("draftable")).draftAsked?.by === "ines");
  await answered(await say(pullRequest, "/orb ready"), "rocket");
  expect(pullRequest.draft).toBe(false);
  await eventually("the request gone", async () => (await stored("draftable")).draftAsked === null);
});

test("while a pull request is on hold nothing is written but commands are answered; unhold updates it", async () => {
  await scenario.complete("held", { data: { summary: "The first." } });
  const pullRequest = await scenario.opened("held");
  await answered(await say(pullRequest, "/orb hold"), "rocket");
  await scenario.complete("held", { minute: 40, data: { summary: "The second." } });
  await answered(await say(pullRequest, "/orb status"), "rocket");
  expect(botComments(pullRequest)[0]).toContain("ines put this on hold");
  await eventually("the completion taken in", async () => (await stored("held")).round === 2);
  await atRest("held");
  expect(pullRequest.body).toContain("The first.");
  // As directly after a look in a storm of events: a command must not wait for the next look.
  await scenario.editRecord("held", { $set: { notBefore: new Date(Date.now() + 3_600_000) } });
  await answered(await say(pullRequest, "/orb unhold"), "rocket");
  await eventually("the second description", async () => pullRequest.body?.includes("The second.") ?? false);
});

describe("the buttons of the check run", () => {
  /** Opens a pull request that has the bot's check run, because the repository's settings have a mistake. */
  async function withCheckRun(project: string): Promise<{ repository: Repository; run: CheckRun }> {
    const repository = await scenario.addRepository(project, {
      files: { ".github/orb.yml": "draft: allways\n" },
    });
    await scenario.complete(project, { repository });
    const { headSha } = await scenario.opened(project);
    const run = await eventually("the check run", () =>
      repository.checkRuns.find((one) => one.name === "orb" && one.headSha === headSha),
    );
    return { repository, run };
  }

  async function history(project: string): Promise<string[]> {
    const found = await scenario.history(project);
    return found.map(({ what, because }) => `${what}: ${because}`);
  }

  test("Refresh regenerates the description on behalf of the person who pressed it", async () => {
    const { github } = scenario.stage;
    const { repository, run } = await withCheckRun("refreshed");
    await github.pressCheckRunButton(repository, run, "refresh");
    await eventually("the refresh in the history", async () =>
      (await history("refreshed")).includes("refresh: octocat asked for it"),
    );
  });

  longStory("“Re-run” on the bot's own check does the same", async () => {
    const { github } = scenario.stage;
    const { repository, run } = await withCheckRun("rerun");
    await github.rerequestCheckRun(repository, run);
    await eventually("the refresh in the history", async () =>
      (await history("rerun")).includes("refresh: octocat asked for it"),
    );
  });

  test("Retry tries again what had failed, once even if the webhook is repeated", async () => {
    const { github } = scenario.stage;
    const { repository, run } = await withCheckRun("retried");
    const problem = { code: "internal", reason: "Something broke.", remedy: "Fix it." };
    await scenario.editRecord("retried", { $set: { problem, publishRefused: true } });
    github.webhooks.faults.add({ action: "requested_action", fault: { kind: "duplicate" } });
    await github.pressCheckRunButton(repository, run, "retry");
    await eventually("the problem gone", async () => {
      const { problem: now, publishRefused } = await storedRecord(scenario.bot.app, "retried");
      return now === null && !publishRefused;
    });
    const retries = (await history("retried")).filter((line) => line.startsWith("retry: "));
    expect(retries).toEqual(["retry: octocat asked for it"]);
  });
});
