import { describe, expect, test } from "../../support/testing.ts";
import { MongoClient } from "mongodb";
import { Database } from "../../../src/mongo/database.ts";
import { DELIVERY_STATUSES } from "../../../src/deliveries/store.ts";
import { PROJECT_STATUSES } from "../../../src/projects/project.ts";
import { PULL_REQUEST_STATUSES } from "../../../src/pull-requests/record/record.ts";
import type { BotSurroundings } from "../../support/bot/environment.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { answerOf, delivery, post } from "../../support/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { askEverything, openStores } from "../../support/history/ask-everything.ts";
import { type Asked, collectAsked, watchStores } from "../../support/history/asked.ts";
import { faultsOf } from "../../support/history/explained.ts";
import { addBacklog, fillHistory, type HistorySize } from "../../support/history/fill.ts";
import { historicDelivery } from "../../support/history/others.ts";
import { headOf, historicRecord, LONG_LIVED, RARE_WORD, REPOSITORY } from "../../support/history/records.ts";
import { sampled } from "../../support/sample.ts";
import { freshStores } from "../../support/servers/stores.ts";
import { completion, projectCreated } from "../../support/signals.ts";

const SIZES: Readonly<Record<string, HistorySize>> = {
  "some thousand documents": { records: 1_000, deliveries: 1_500, events: 1_500, others: 600 },
  "the documents of years": { records: 50_000, deliveries: 200_000, events: 1_000_000, others: 50_000 },
};
const LARGE_MS_MAX = 600_000;

/** Each status beside other filters, with and without a cursor. */
const LISTS = [
  ...["", `&repository=${REPOSITORY}`].flatMap((repository) =>
    ["", `&project=${LONG_LIVED}`].flatMap((project) =>
      ["", ...PULL_REQUEST_STATUSES.map((status) => `&status=${status}`)].map(
        (status) => `/api/v1/pull-requests?limit=20${repository}${project}${status}`,
      ),
    ),
  ),
  ...[
    "login",
    "login export",
    "login-57",
    "57",
    "octo/hello#57",
    "login 57",
    "login-57 export",
    RARE_WORD,
    "unknown",
    "x",
    "#",
  ].map((q) => `/api/v1/pull-requests?limit=20&q=${encodeURIComponent(q)}`),
  ...["", ...PROJECT_STATUSES.map((status) => `&status=${status}`)].map(
    (status) => `/api/v1/projects?limit=20${status}`,
  ),
  ...["", ...DELIVERY_STATUSES.map((status) => `&status=${status}`)].map(
    (status) => `/api/v1/deliveries?limit=20${status}`,
  ),
];

async function readLists(bot: Bot, size: HistorySize): Promise<void> {
  const { _id, receivedAt } = historicDelivery(Math.floor(size.deliveries / 2));
  const middle = Buffer.from(`${receivedAt.toISOString()} ${_id}`).toString("base64url");
  const deep = LISTS.filter((path) => path.includes("deliveries")).map((path) => `${path}&cursor=${middle}`);
  for (const path of deep) await answerOf(await bot.request(path), 200);
  for (const path of LISTS) {
    const { nextCursor } = await answerOf(await bot.request(path), 200);
    if (typeof nextCursor === "string")
      await answerOf(await bot.request(`${path}&cursor=${nextCursor}`), 200);
  }
  await answerOf(await bot.request(`/api/v1/projects/p-00000001`), 200);
  expect((await bot.request("/metrics")).status).toBe(200);
}

/** Lets the bot's loops do a little of each kind of work. GitHub is away, and so is Redis, which has none of the events. */
async function work(bot: Bot): Promise<void> {
  const repository = { id: 1, full_name: REPOSITORY };
  const { branch } = historicRecord(1);
  const check = { head_sha: headOf(1), app: { id: 99 }, check_suite: { head_branch: branch } };
  const push = { ref: "refs/heads/elsewhere", after: headOf(1), deleted: false, repository };
  for (const posted of [
    delivery("check_run", { action: "completed", check_run: check, repository }),
    delivery("push", push),
  ]) {
    await post(bot.url, posted);
  }
  await sendSignals(bot.url, [projectCreated("new"), completion("new", { branch: "agent/new" })]);
  await sendSignals(bot.url, [completion("newer", { branch: "agent/new" }, { id: "twice" })]);
  await sendSignals(bot.url, [completion("newer", { branch: "agent/new" }, { id: "twice" })]);
  const { deliveryStore, pullRequestStore } = bot.app;
  await eventually("all of it done", async () => {
    const pending = await deliveryStore.model.exists({ status: "pending" });
    const tried = await pullRequestStore.model.exists({ project: "new", problem: { $ne: null } });
    return pending === null && tried !== null;
  });
}

/** Of jobs that end, or of the test itself. */
function isLeftOut({ collection, command }: Asked): boolean {
  const text = JSON.stringify(command);
  // Agenda's own, on a few documents.
  if (collection === "jobs") return true;
  // The whole count of a status with more than a thousand documents: in the background, for a hundredth of the time.
  return collection !== "deliveries" && text.includes('"$group"') && !text.includes('"$limit"');
}

/** These need a GitHub or a paused process, and ask for one document by its id, or nothing. */
const BY_ID_OR_NOTHING = new Set([
  "LeasedWork.write",
  "LeasedWork.requireHeld",
  "LeasedWork.takeBackCrash",
  "LeasedWork.recount",
  "WorkspaceStore.baselineOf",
  "CleanupStore.takeAway",
]);

/** What a bot asks that does a little of everything. */
async function askAll(surroundings: BotSurroundings, size: HistorySize): Promise<Asked[]> {
  await using bot = await startBot(surroundings, { startJobs: true });
  const database = await Database.connect(surroundings.mongodbUri);
  await using _closed = { [Symbol.asyncDispose]: () => database.close() };
  const taken = collectAsked(bot.app.database.connection.getClient(), database.connection.getClient());
  await work(bot);
  await readLists(bot, size);
  await askEverything(openStores(database));
  return taken().filter((one) => !isLeftOut(one));
}

describe("no question of the bot costs more, the more history there is", () => {
  test.each(sampled("sizes of a history", Object.keys(SIZES) as never, ["some thousand documents"] as never))(
    "with %s",
    async (name: string) => {
      await using stack = new AsyncDisposableStack();
      const stores = stack.use(await freshStores());
      const own = stack.use(await MongoClient.connect(stores.mongodbUri));
      const size = SIZES[name];
      if (!size) throw new Error(`No size is called ${name}`);
      await fillHistory(own.db(), size);
      const uri = new URL(stores.mongodbUri);
      uri.searchParams.set("monitorCommands", "true");
      using watched = await watchStores();
      const asked = await askAll({ mongodbUri: uri.toString() }, size);
      await addBacklog(own.db(), size);
      const faults = new Map<string, readonly string[]>();
      for (const one of asked) {
        const found = await faultsOf(own.db(), one);
        if (found.length > 0) faults.set(`${one.collection}: ${JSON.stringify(one.command)}`, found);
      }
      expect(Object.fromEntries(faults)).toEqual({});
      expect(watched.uncalled().filter((name) => !BY_ID_OR_NOTHING.has(name))).toEqual([]);
      expect(asked.length).toBeGreaterThan(100);
    },
    LARGE_MS_MAX,
  );
});
