import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "../../support/testing.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { eventually } from "../../support/eventually.ts";
import { watchBot } from "../../support/monitoring/watch-bot.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

const world = useCleanupStage();

test("a clean-up that fails reaches a person, with its section of the runbook, and so does its end", async () => {
  await using watchers = await watchBot({ url: world.bot.url, token: ADMIN_TOKEN });
  const reported = (status: "firing" | "resolved") =>
    watchers.alerts.reported.find(
      (each) => each.labels["alertname"] === "OrbCleanupsFail" && each.status === status,
    );
  await eventually(
    "the bot scraped",
    async () => (await watchers.query('up{job="orb-web"} == 1')).size === 1,
  );
  const trash = join(world.root, ".orb");
  await mkdir(trash, { recursive: true });
  // The bot moves nothing to a trash that others may write to.
  await chmod(trash, 0o777);
  await world.create("fails");
  await world.commit("fails", { push: true });
  await world.signal("orb.project.cancelled", { project: "fails" });
  const failed = await world.cleanup("fails", ({ status }) => status === "failed");
  expect(failed.problem).toMatchObject({ code: "trash_unusable" });

  const alert = await eventually("the alert", () => reported("firing"));
  expect(alert).toEqual({
    receiver: "tickets",
    status: "firing",
    labels: { alertname: "OrbCleanupsFail", severity: "warning" },
    annotations: {
      summary: expect.stringMatching(
        /^Clean-ups of workspaces fail \(1\).*GET \/api\/v1\/cleanups\?status=failed/,
      ),
      runbook_url: "https://example.com/orb-bot/docs/runbook.md#orbcleanupsfail",
    },
  });
  expect(reported("resolved")).toBeUndefined();

  await chmod(trash, 0o700);
  await world.ask("POST", `/api/v1/cleanups/${failed.id}/run`);
  await world.cleanup("fails", ({ status }) => status === "completed");
  expect(await eventually("its end", () => reported("resolved"))).toMatchObject({ receiver: "tickets" });
});
