import { expect, test } from "../../support/testing.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { freshStores } from "../../support/servers/stores.ts";
import { projectCreated } from "../../support/signals.ts";

/** The collections that stores declare, and the names of their indexes. */
async function prepared({ app: { database } }: Bot): Promise<string[]> {
  const declared = Object.values(database.connection.models).map(
    ({ collection }) => collection.collectionName,
  );
  const existing = new Set((await database.native.listCollections().toArray()).map(({ name }) => name));
  const indexes = declared
    .filter((name) => existing.has(name))
    .map(async (name) => {
      const found = await database.native.collection(name).indexes();
      return found.map((index) => `${name} ${index.name}`);
    });
  return (await Promise.all(indexes)).flat().toSorted((one, other) => one.localeCompare(other));
}

test("if the database is dropped while the bot runs, the bot prepares it again and continues as if it were new", async () => {
  await using stores = await freshStores();
  await using bot = await startBot(stores, { startJobs: true });
  const { database } = bot.app;
  const isKnown = (project: string) => async () =>
    (await bot.request(`/api/v1/projects/${project}`)).status === 200;
  await sendSignals(bot.url, [projectCreated("before")]);
  await eventually("the project", isKnown("before"));
  const jobs = async () => new Set<unknown>(await database.native.collection("jobs").distinct("name"));
  const [indexesBefore, jobsBefore] = await Promise.all([prepared(bot), jobs()]);

  await database.native.dropDatabase();
  await eventually("the database prepared", async () => {
    const [indexes, names] = await Promise.all([prepared(bot), jobs()]);
    return indexes.length === indexesBefore.length && names.size === jobsBefore.size;
  });
  expect(await prepared(bot)).toEqual(indexesBefore);
  expect(await jobs()).toEqual(jobsBefore);
  await sendSignals(bot.url, [projectCreated("after")]);
  await eventually("the new project", isKnown("after"));
  expect(await isKnown("before")()).toBe(false);
});
