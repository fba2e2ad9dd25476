import { expect, test } from "@jest/globals";
import { useBot } from "../../support/bot/use-bot.ts";
import { listPullRequests } from "../../support/bot/api.ts";
import { storeRecord } from "../../support/stored-record.ts";

const bot = useBot();

/** A record that waits and rests, as it was when it looked for its place. */
async function wait(
  project: string,
  { minute, position, whose, by }: { minute: number; position: number; whose: string; by: string },
): Promise<void> {
  await storeRecord(bot.app, project, {
    status: "queued",
    openedAt: null,
    pullRequest: null,
    createdAt: new Date(Date.parse("2026-01-05T09:00:00Z") + minute * 60_000),
    completion: { project, repository: "octo/hello", branch: "b", summary: "", requestedBy: by },
    problem: { code: "open_limit_reached", reason: `Number ${position}.`, remedy: "Wait." },
    queuePosition: position,
    queuePlace: { limit: 2, whose, open: 2, position },
  });
}

async function placeOf(project: string) {
  const [listed] = await listPullRequests(bot.url, project);
  const one = await bot.request(`/api/v1/pull-requests/${listed?.id}`);
  expect(await one.json()).toMatchObject({ queuePosition: listed?.queuePosition, problem: listed?.problem });
  return { position: listed?.queuePosition, reason: listed?.problem?.reason };
}

test("who waits has the place that it has by now, though it looked for it before others left", async () => {
  await wait("first", { minute: 1, position: 1, whose: "repository", by: "tom" });
  await wait("second", { minute: 2, position: 2, whose: "repository", by: "ines" });
  await wait("third", { minute: 3, position: 3, whose: "repository", by: "tom" });
  await wait("fourth", { minute: 4, position: 3, whose: "requester", by: "tom" });
  expect(await placeOf("third")).toMatchObject({ position: 3 });
  const { model } = bot.app.pullRequestStore;
  const opened = { status: "open", pullRequest: { number: 1 }, queuePosition: null, problem: null };
  await model.updateOne({ project: "first" }, { $set: opened });
  expect(await placeOf("second")).toMatchObject({ position: 1 });
  expect(await placeOf("third")).toEqual({
    position: 2,
    reason:
      "octo/hello already has 2 open agent pull requests, its limit. This one is number 2 in the queue.",
  });
  // Of its requester one is left before it.
  expect(await placeOf("fourth")).toMatchObject({ position: 2 });
  expect(await placeOf("first")).toMatchObject({ position: null });
});
