import { basename, join } from "node:path";
import { type Db, MongoClient } from "mongodb";
import { ask, sendSignals } from "../../bot/api.ts";
import { QUICK_PACE } from "../../bot/pace.ts";
import { type Bot, startBot } from "../../bot/in-process.ts";
import { startBotProcess } from "../../bot/process.ts";
import { eventually } from "../../eventually.ts";
import { cloudEvent } from "../../signals.ts";
import { setStage, type Stage } from "../../stage.ts";
import { workspaceId } from "../../../../src/workspaces/record/workspace-id.ts";
import { auditBooks, type Books, keyOf } from "./books.ts";
import { buildAll } from "./build.ts";
import { compare, isGone, type Seen, seeAll, type Wrong } from "./compare.ts";
import { holdAll } from "./holding.ts";
import { KilledPair } from "./killed-pair.ts";
import { FILES_DAYS, judge, type Verdict } from "./oracle.ts";
import { Place } from "./place.ts";
import { type Planned, planWorkspaces } from "./plan.ts";
import { storeRecords } from "./records.ts";
import { Templates } from "./templates.ts";

const DAY_MS = 24 * 3_600_000;
const HOST = "host-1";
const REQUESTS_PER_HOUR = 1_000_000;
/** What is kept is not looked at again during the run: it would only take time from the others. */
const PACE = { ...QUICK_PACE, backOffScale: 1 };

export interface Ended {
  readonly all: readonly Planned[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly before: Seen;
  readonly after: Seen;
  readonly root: string;
  readonly wrong: Wrong;
  readonly books: Books;
  readonly kills: number;
  /** What the workspaces were made in, and cleaned in, in milliseconds. */
  readonly took: { readonly making: number; readonly cleaning: number };
}

interface Options {
  readonly count: number;
  readonly seed: number;
  /** How long the cleaning may take. */
  readonly msMax: number;
}

/** Makes random workspaces, lets two bots clean them of which one is killed every second, and says what came of it. */
export async function cleanUnderKills(
  { count, seed, msMax }: Options,
  stack: AsyncDisposableStack,
): Promise<Ended> {
  const beganMs = performance.now();
  const place = stack.use(new Place());
  const stage = stack.use(await setStage());
  liftLimits(stage);
  const all = planWorkspaces(count, seed);
  const verdicts = new Map(all.map((planned) => [keyOf(planned.name), judge(planned)]));
  const templates = await Templates.make(join(place.beside, "templates"), stage.repository);
  buildAll(all, { place, templates });
  const now = new Date(Date.now() + FILES_DAYS * DAY_MS);
  const database = stack.use(await MongoClient.connect(stage.surroundings.mongodbUri)).db();
  await storeRecords(database, all, { host: HOST, root: place.root, now });
  const before = seeAll(place);
  stack.use(await holdAll(all, place.root));
  const madeMs = performance.now();
  const ahead = () => new Date(Date.now() + FILES_DAYS * DAY_MS);
  // The wishes come through the door of a bot that has no workspaces of its own, so that none of them comes too late.
  await using door = await startBot(stage.surroundings, { now: ahead });
  await tell(door, all, { root: place.root, now });
  await noSignalLeft(database);
  const workspaces = { host: HOST, root: place.root, archive: place.archive };
  const start = () =>
    startBotProcess(
      { ...stage.surroundings, workspaces },
      { pace: PACE, clockMs: FILES_DAYS * DAY_MS, env: { ROLES: "worker" } },
    );
  const pair = stack.use(await KilledPair.begin(start));
  const going = all.filter(({ name }) => verdicts.get(keyOf(name))?.goes === true);
  await eventually(
    "everything gone that may go",
    async () => {
      pair.requireHealthy();
      await askAgain(database, door);
      return pair.kills > 0 && going.every(({ name }) => isGone(place.root, name));
    },
    msMax,
  ).catch(async (error: unknown) => {
    const left = going.map(({ name }) => name).filter((name) => !isGone(place.root, name));
    const why = JSON.stringify(await whyLeft(database, left));
    throw new Error(`${String(error)}. Of ${going.length} are left: ${why}`, { cause: error });
  });
  const { kills } = pair;
  await pair.spare();
  await comeToRest(database);
  const after = seeAll(place);
  const wrong = compare(before, after, { verdicts, root: place.root });
  const books = await auditBooks(database, { all, verdicts, before: before.inside, archive: place.archive });
  const took = { making: madeMs - beganMs, cleaning: performance.now() - madeMs };
  return { all, verdicts, before, after, root: place.root, wrong, books, kills, took };
}

function liftLimits({ github, githubApp, installation: { id } }: Stage): void {
  github.rateLimits.setApp(githubApp.id, { limit: REQUESTS_PER_HOUR });
  github.rateLimits.setInstallation(id, { limit: REQUESTS_PER_HOUR });
  github.rateLimits.setInstallation(id, { limit: REQUESTS_PER_HOUR, resource: "graphql" });
}

/** Sends the signals of those that come through the door, and asks for the archives that a person wants. */
async function tell(
  { url }: Bot,
  all: readonly Planned[],
  { root, now }: { root: string; now: Date },
): Promise<void> {
  const at = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
  const signals = all
    .filter(({ noticed }) => noticed === "signals")
    .flatMap(({ name, projects: [project] }) => {
      if (!project) return [];
      const { id, status, endedDays } = project;
      const created = {
        project: { id, name: "Add a greeting", userId: "user-1" },
        repository: "octo/hello",
        workspace: { host: HOST, path: join(root, name) },
      };
      const first = { ...cloudEvent("orb.project.created", created), time: at(endedDays + 1) };
      const last = { ...cloudEvent("orb.project.cancelled", { project: id }), time: at(endedDays) };
      return status === "cancelled" ? [first, last] : [first];
    });
  if (signals.length > 0) await sendSignals(url, signals);
  for (const { name } of all.filter(({ archive }) => archive)) {
    const id = workspaceId({ host: HOST, path: join(root, name) });
    const answer = await ask(url, `/api/v1/workspaces/${id}/archive`, { method: "POST", body: "{}" });
    if (!answer.ok) throw new Error(`The archive was refused: ${await answer.text()}`);
  }
}

/** It has changed in this moment, or the transaction of a process that was killed still locks it. The next time it is asked again. */
const REFUSED_FOR_NOW: ReadonlySet<number> = new Set([409, 503]);

/** Asks for what has crashed too many processes, as an operator does who knows that it is not the cause. */
async function askAgain(database: Db, { url }: Bot): Promise<void> {
  const cleanups = database.collection("cleanups");
  for (const { _id } of await cleanups
    .find({ "problem.code": "cleanup_crashed", "work.dueAt": null })
    .toArray()) {
    const answer = await ask(url, `/api/v1/cleanups/${String(_id)}/run`, { method: "POST", body: "{}" });
    if (!answer.ok && !REFUSED_FOR_NOW.has(answer.status))
      throw new Error(`The run was refused with ${answer.status}: ${await answer.text()}`);
  }
}

/** Waits until nothing is due any more: so what must stay was looked at too. */
async function comeToRest(database: Db): Promise<void> {
  const cleanups = database.collection("cleanups");
  await eventually("no clean-up due", async () => {
    const now = new Date(Date.now() + FILES_DAYS * DAY_MS);
    const isDue = { $or: [{ "work.owner": { $ne: null } }, { "work.dueAt": { $lte: now } }] };
    return (await cleanups.findOne({ outcome: null, status: { $ne: "cancelled" }, ...isDue })) === null;
  });
}

async function noSignalLeft(database: Db): Promise<void> {
  const signals = database.collection("signals");
  await eventually("no signal left", async () => (await signals.findOne({ status: "pending" })) === null);
}

/** Why these are not gone: of each what its clean-up says. */
async function whyLeft(database: Db, names: readonly string[]) {
  const cleanups = await database.collection("cleanups").find().toArray();
  const byName = new Map(
    cleanups.map((cleanup) => [basename(String(cleanup["workspace"]["path"])), cleanup]),
  );
  return names.map((name) => {
    const cleanup = byName.get(name);
    const said = ["status", "step", "origin", "unpushed", "reasons", "problem", "history"].map(
      (field) => [field, cleanup?.[field]] as const,
    );
    return { name, ...Object.fromEntries(said) };
  });
}
