import { expect, test } from "@jest/globals";
import { sendSignals } from "../../support/bot/api.ts";
import { startBot } from "../../support/bot/in-process.ts";
import { runJob } from "../../support/bot/run-job.ts";
import { eventually } from "../../support/eventually.ts";
import { completion } from "../../support/signals.ts";
import { setStage } from "../../support/stage.ts";

const HOUR_MS = 3_600_000;

test("a record that nobody looks at any more, and nobody tells of, is found and made true", async () => {
  await using stage = await setStage();
  let passedMs = 0;
  await using bot = await startBot(stage.surroundings, { now: () => new Date(Date.now() + passedMs) });
  const { model } = bot.app.pullRequestStore;
  await stage.pushBranch("agent/forgotten");
  await sendSignals(bot.url, [completion("forgotten", { branch: "agent/forgotten" })]);
  const number = await eventually("it opened", async () => {
    const record = await model.findOne({ project: "forgotten", status: "open", "work.owner": null }).lean();
    return record?.pullRequest?.number;
  });
  await eventually("it forgotten", async () => {
    const { matchedCount } = await model.updateOne({ "work.owner": null }, { $set: { "work.dueAt": null } });
    return matchedCount === 1;
  });
  await stage.github.mergePullRequest(stage.repository, number, { method: "squash" });

  passedMs += HOUR_MS;
  expect((await model.findOne().lean())?.status).toBe("open");
  await runJob(bot.app, "reconcile");
  passedMs += HOUR_MS;
  await eventually("the merge told", async () =>
    (await stage.events("forgotten")).some(({ type }) => type === "orb.pull_request.merged"),
  );
});
