import { Types } from "mongoose";
import { LimitStore } from "../../../src/rate-limits/store.ts";
import { JobStore } from "../../../src/agenda/job-store.ts";
import { Deadline } from "../../../src/mongo/deadline.ts";
import { AuditStore } from "../../../src/audit/store.ts";
import { DueDeliveryStore } from "../../../src/deliveries/due-store.ts";
import { MissedDeliveryStore } from "../../../src/deliveries/missed-store.ts";
import { PartStore } from "../../../src/deliveries/part-store.ts";
import { DeliveryStore, WRITTEN_WITHIN_MS } from "../../../src/deliveries/store.ts";
import { InstanceStore } from "../../../src/instances/store.ts";
import { InstallationStore } from "../../../src/installations/installation-store.ts";
import { RepositoryStore } from "../../../src/installations/repository-store.ts";
import type { Database, Transaction } from "../../../src/mongo/database.ts";
import { RelayLease } from "../../../src/outbox/relay-lease-store.ts";
import { OutboxStore, type StoredEvent } from "../../../src/outbox/store.ts";
import { ProjectStore } from "../../../src/projects/store.ts";
import { changeSetOf, nudgeChangeSets } from "../../../src/pull-requests/change-set/members.ts";
import { SweepStore } from "../../../src/pull-requests/intake/sweep-store.ts";
import { WakeStore } from "../../../src/pull-requests/intake/wake-store.ts";
import { ENDED_BY, type WaitEnding } from "../../../src/pull-requests/record/rules/what-ends-a-wait.ts";
import { RemovalStore } from "../../../src/pull-requests/record/removal-store.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { StuckStore } from "../../../src/pull-requests/record/stuck-store.ts";
import { RebuildStore } from "../../../src/pull-requests/upkeep/rebuild-store.ts";
import { RenameStore } from "../../../src/pull-requests/upkeep/rename-store.ts";
import { PACE } from "../../../src/work/pace.ts";
import { SettingsStore } from "../../../src/repository-settings/store.ts";
import { SessionStore } from "../../../src/sessions/store.ts";
import { UsedSignInStore } from "../../../src/sessions/used-sign-in-store.ts";
import { TokenStore } from "../../../src/tokens/store.ts";
import { WorkspaceStore } from "../../../src/workspaces/record/store.ts";
import { askAboutCallers } from "./callers.ts";
import { askAboutCleanups, readCleanups } from "./cleanups.ts";
import { askAboutFolders } from "./folders.ts";
import { historicDelivery, historicMiss, historicWorkspace } from "./others.ts";
import { headOf, historicRecord, LONG_LIVED, REPOSITORY } from "./records.ts";
import { askForOperators } from "./operators.ts";

const NOW = new Date();
const REFUSAL = { code: "not_found", reason: "It is gone.", remedy: "Look for it." };

/** Opens every store on a database that a bot has prepared. */
export function openStores(database: Database) {
  const pullRequests = new PullRequestStore(database);
  const deliveries = new DeliveryStore(database);
  return {
    database,
    pullRequests,
    wakeStore: new WakeStore(pullRequests),
    sweepStore: new SweepStore(pullRequests),
    renameStore: new RenameStore(pullRequests, PACE),
    rebuildStore: new RebuildStore(database, pullRequests),
    removals: new RemovalStore(database),
    deliveries,
    dueDeliveries: new DueDeliveryStore(deliveries, { lanes: 2 }),
    missed: new MissedDeliveryStore(database),
    parts: new PartStore(database),
    outbox: new OutboxStore(database, { relayed: true }),
    relayLease: new RelayLease(database),
    projects: new ProjectStore(database),
    installations: new InstallationStore(database),
    repositories: new RepositoryStore(database),
    settings: new SettingsStore(database),
    limits: new LimitStore(database),
    jobs: new JobStore(database),
    workspaces: new WorkspaceStore(database),
    tokens: new TokenStore(database),
    sessions: new SessionStore(database),
    usedSignIns: new UsedSignInStore(database),
    audit: new AuditStore(database),
    instances: new InstanceStore(database),
  };
}

type Stores = ReturnType<typeof openStores>;

/** Asks what a bot asks, one question after the other, in each of its forms. What is written is undone, so that nothing changes. */
export async function askEverything(stores: Stores): Promise<void> {
  await undone(stores, askAboutRecords);
  await undone(stores, wakeRecords);
  await undone(stores, askAboutPlaces);
  await undone(stores, askAboutWorkspaces);
  await undone(stores, askAboutCleanups);
  await readCleanups(stores);
  await askAboutDeliveries(stores);
  await askForOperators(stores);
  await askAboutEvents(stores);
  await askAboutFolders(stores.workspaces);
  await askAboutCallers(stores);
  await askAboutTheRest(stores);
}

async function undone(
  stores: Stores,
  ask: (stores: Stores, transaction: Transaction) => Promise<void>,
): Promise<void> {
  const asked = new Error("Everything is asked");
  const askOnce = async (transaction: Transaction) => {
    await ask(stores, transaction);
    throw asked;
  };
  await stores.database.transaction(askOnce).catch((error: unknown) => {
    if (error !== asked) throw error;
  });
}

async function askAboutRecords(
  { pullRequests, projects, outbox }: Stores,
  transaction: Transaction,
): Promise<void> {
  const { key, branch } = historicRecord(3);
  const stored = await pullRequests.findByKey(key, transaction);
  if (!stored) throw new Error("The history has no record 3");
  await pullRequests.find(stored._id, transaction);
  await pullRequests.update(stored._id, { updatedAt: NOW }, transaction);
  const repository = REPOSITORY.toUpperCase();
  const baseMoved = { sha: headOf(1), pullRequest: null, at: NOW };
  const commit = { sha: headOf(3), branches: [branch, "main"] };
  const when = { now: NOW, transaction };
  for (const where of [
    { number: 7 },
    { number: 7, ended: "too" as const },
    { headSha: headOf(3) },
    { commit },
    { commit: { ...commit, branches: [] } },
    { branch },
    { branch: "main" },
    { branch, ended: "with_head" as const },
    { base: "elsewhere" },
    { notBase: "main" },
  ]) {
    await pullRequests.nudge({ repository, ...where }, { ...when, baseMoved });
  }
  await pullRequests.nudge({ repository: "octo/other-19" }, when);
  await pullRequests.queueIn(repository, { except: null });
  await projects.remove([LONG_LIVED], { status: "merged" }, transaction);
  await outbox.forgetSequences([LONG_LIVED], when);
  await pullRequests.ofProject(LONG_LIVED);
  await changeSetOf(LONG_LIVED, pullRequests);
  await pullRequests.displace(stored, transaction);
  await nudgeChangeSets([LONG_LIVED], { except: stored._id, store: pullRequests, pace: PACE, ...when });
}

async function wakeRecords({ wakeStore, pullRequests }: Stores, transaction: Transaction): Promise<void> {
  const { branch } = historicRecord(3);
  const stored = await pullRequests.ofProject(LONG_LIVED);
  const ids = stored.slice(0, 100).map(({ _id }) => _id);
  const when = { now: NOW, transaction, spread: { fromMs: 0, withinMs: 1_000 } };
  const here = { repositories: [REPOSITORY] };
  for (const happened of Object.keys(ENDED_BY) as WaitEnding[]) {
    await wakeStore.wake({ ids }, happened, when);
    if (happened === "pull_request_closed") await wakeStore.wake(here, happened, when);
  }
  await wakeStore.wakeAll(
    [
      { where: { ...here, branch }, happened: "branch_pushed" },
      { where: { ...here, base: "elsewhere" }, happened: "base_pushed" },
      { where: here, happened: "settings_pushed" },
    ],
    when,
  );
  await wakeStore.lookAgain(ids, when);
  await wakeStore.tryPermissions({ ids }, "octo", when);
  await wakeStore.pushed({ repository: REPOSITORY, branch }, { by: "mona", isPerson: true }, when);
  const request = { command: "refresh", door: "button", by: "mona", commentId: null, at: NOW } as const;
  await wakeStore.addRequest({ repository: REPOSITORY, number: 3 }, { ...request, key: "number" }, when);
  await wakeStore.addRequest(
    { repository: REPOSITORY, headSha: headOf(9) },
    { ...request, key: "sha" },
    when,
  );
}

async function askAboutPlaces(stores: Stores, transaction: Transaction): Promise<void> {
  const { sweepStore, renameStore, installations, repositories } = stores;
  const few = Array.from({ length: 300 }, (_, index) => `octo/other-${index}`);
  const sweep = async (places: Parameters<SweepStore["next"]>[0]) => {
    let reached: Awaited<ReturnType<SweepStore["next"]>>["reached"] = null;
    for (let batch = 0; batch < 3; batch++) {
      ({ reached } = await sweepStore.next(places, { reached, transaction }, async ({ ids }) => ids.length));
      if (reached === null) return;
    }
  };
  await sweep({ account: "Octo" });
  await sweep({ account: "Octo", ended: true });
  await sweep({ repositories: [...few, REPOSITORY] });
  const when = { now: NOW, transaction };
  const names = ["octo/other-39", "octo/before"];
  await renameStore.follow({ id: 39, to: "octo/welcome", names, freeNames: names }, when);
  const nameToday = async () => null;
  await renameStore.followAccount([new Types.ObjectId()], { login: "acme", nameToday }, when);

  const told = { toldAt: NOW, transaction };
  const state = { _id: 5, account: "octo", permissions: {}, missing: [], suspended: false, deleted: false };
  await installations.save({ ...state, toldAt: NOW }, transaction);
  await installations.find(5, transaction);
  await installations.rename(5, { account: "acme", accountAt: NOW, formerAccounts: ["octo"] }, transaction);
  await installations.recordChange(5, "delivery", transaction);
  await repositories.save([{ _id: 1_000, fullName: "owner-0/name-0" }], told);
  await repositories.renameOwner({ installationId: 5, from: "Owner-3", to: "acme", renamedAt: NOW }, told);
  for (const name of ["Owner-4/name-41", "owner-4/before-42", "nobody/nothing"]) {
    await repositories.findByName(name, transaction);
  }
  await repositories.find(1_000, transaction);
  await repositories.takenByOthers(names, { except: 1_000, before: true }, transaction);
}

async function askAboutWorkspaces(
  { workspaces, projects, pullRequests }: Stores,
  transaction: Transaction,
): Promise<void> {
  const { _id, host, path, projects: named } = historicWorkspace(3);
  const noticed = { host, path, noticedBy: "signal", at: NOW, now: NOW } as const;
  await workspaces.openForChange(noticed, transaction);
  await workspaces.openForChange({ ...noticed, path: "/w/new" }, transaction);
  await workspaces.save(_id, { updatedAt: NOW }, transaction);
  await workspaces.findByPath(host, path, transaction);
  await workspaces.touching(host, [path, `/data${path}`], transaction);
  await workspaces.ofProject(named[0] ?? "", transaction);
  await projects.findAll(named, transaction);
  await pullRequests.liveOf([...named, LONG_LIVED], transaction);
}

async function askAboutDeliveries({ deliveries, dueDeliveries, missed, parts }: Stores): Promise<void> {
  const { _id } = historicDelivery(3);
  await deliveries.insertNew([historicDelivery(3), historicDelivery(999)], {
    now: NOW,
    deadline: new Deadline(WRITTEN_WITHIN_MS),
  });
  await deliveries.has([_id, "unknown"]);
  await deliveries.oldestPending();
  await deliveries.hasDue(NOW);
  await dueDeliveries.find(NOW, { except: ["octo/hello@3"] });
  await dueDeliveries.ofOtherShares(NOW, { serving: ["octo"] });
  await deliveries.replay(_id, NOW);
  await missed.mark();
  await missed.setMark({ readTo: null, reading: null });
  const attempt = { guid: "missed-3", id: 3, event: "push", deliveredAt: NOW };
  await missed.add([attempt], NOW);
  await missed.due(NOW, 200);
  await missed.nextDue();
  await missed.begin("missed-3", { againAt: NOW });
  await missed.takeBack(historicMiss(3), { dueAt: NOW });
  await missed.forget(["missed-3"]);
  await missed.forgetBefore(new Date(0));
  await missed.oldest();
  await parts.write("parts", [Buffer.from("{}")], NOW);
  await parts.read("parts");
  await parts.remove("parts");
}

async function askAboutEvents({ outbox, relayLease }: Stores): Promise<void> {
  await outbox.hasUnrelayed();
  await outbox.oldestUnrelayed();
  const events: StoredEvent[] = [];
  for await (const event of outbox.unrelayed(200)) events.push(event);
  await outbox.markRelayed(events, { at: NOW, as: await outbox.reached() });
  await outbox.forgetRelayed({ after: await outbox.reached(), newestMax: 100_000 });
  await relayLease.take({ owner: "nobody", now: NOW, turnMs: 1_000 });
  await relayLease.othersUntil({ owner: "nobody", now: NOW, turnMs: 1_000 });
  await relayLease.giveBack("nobody");
}

async function askAboutTheRest(stores: Stores): Promise<void> {
  const { pullRequests, projects, rebuildStore, removals, settings, jobs, limits } = stores;
  await pullRequests.wakeForgotten({ now: NOW });
  await removals.lastAt();
  await pullRequests.countByStatus();
  await new StuckStore(pullRequests).count(NOW);
  await projects.countByStatusAndPhase();
  await rebuildStore.isDue(NOW);
  await rebuildStore.open(["octo/hello"]);
  await rebuildStore.looked("octo/hello", { records: 1 });
  await rebuildStore.refused("octo/other", REFUSAL);
  await rebuildStore.giveUp("octo/other");
  await rebuildStore.done(NOW, { namedMax: 20 });
  const place = "octo/hello:main";
  await settings.keepGood(place, { path: ".github/orb.yml", oid: "1", text: "" }, NOW);
  await settings.find(place);
  await settings.touch(place, NOW);
  const report = { oid: "1", digest: "2" };
  await settings.claimReport(place, report, { now: NOW, claimMs: 1_000, reporter: "nobody" });
  await settings.markReported(place, "2");
  await settings.forget(place);
  await limits.set({ _id: "read", limit: 300, changedAt: NOW, changedBy: "nobody" });
  await limits.all();
  await jobs.pullBack("none", { now: NOW, aheadMax: NOW, lockedMax: NOW });
  await jobs.bringForward("none", { now: NOW, since: NOW });
  await jobs.setTurn("none", {});
  await jobs.unlock("nobody");
  await jobs.late(NOW);
}
