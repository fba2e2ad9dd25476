import { beforeEach, describe, expect, test } from "../../support/testing.ts";
import { Types } from "mongoose";
import { FairChoice } from "../../../src/mongo/queue/fair-choice.ts";
import { BY_SHARE } from "../../../src/mongo/queue/shared-work.ts";
import type { PullRequestRecord } from "../../../src/pull-requests/record/record.ts";
import { isUrgent } from "../../../src/pull-requests/record/rules/share.ts";
import { ownerKeyOf } from "../../../src/text/github-names.ts";
import { addSharesAndUrgency } from "../../../src/pull-requests/upkeep/add-shares.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { useDatabase } from "../../support/database.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const LIMIT = 16;
const LANES = 4;
const MINUTE_MS = 60_000;
const DUE = { "work.owner": null, "work.dueAt": { $lte: NOW } };

let store: PullRequestStore;
let records: PullRequestStore["model"];
useDatabase(({ database }) => {
  store = new PullRequestStore(database);
  records = store.model;
});

interface Given {
  readonly share: string;
  readonly count?: number;
  readonly urgent?: boolean;
  /** Negative if it is due. */
  readonly inMs?: number;
}

/** Records of which only their work matters; each is due a millisecond after the one before. */
async function add(...given: readonly Given[]): Promise<void> {
  const documents = given.flatMap(({ share, count = 1, urgent = false, inMs = -MINUTE_MS }) =>
    Array.from({ length: count }, (_, index) => {
      const work = { owner: null, epoch: 0, attempts: 0, share, urgent };
      return {
        key: String(new Types.ObjectId()),
        work: { ...work, dueAt: new Date(NOW.getTime() + inMs + index) },
      };
    }),
  );
  await records.collection.insertMany(documents);
}

function choice() {
  return new FairChoice<PullRequestRecord, Types.ObjectId>(records, { lanes: LANES });
}

type Asking = Partial<Parameters<ReturnType<typeof choice>["choose"]>[1]>;

/** The shares of what is chosen, in their order, each once. */
async function sharesChosen(from: ReturnType<typeof choice>, asking: Asking = {}): Promise<string[]> {
  const ids = await from.choose(DUE, { except: [], serving: [], limit: LIMIT, ...asking });
  const found = await records.find({ _id: { $in: [...ids] } }, { work: 1 }).lean();
  const shareOfId = new Map(found.map(({ _id, work }) => [String(_id), work.share]));
  return [...new Set(ids.map((id) => shareOfId.get(String(id)) ?? ""))];
}

beforeEach(async () => {
  await records.deleteMany({});
});

describe("behind thousands of looks of one installation", () => {
  beforeEach(() => add({ share: "busy", count: 3_000, inMs: -10 * MINUTE_MS }));

  test("a completion of another one is next", async () => {
    await add({ share: "quiet", urgent: true }, { share: "later", urgent: true, inMs: MINUTE_MS });
    expect((await sharesChosen(choice()))[0]).toBe("quiet");
    expect((await sharesChosen(choice(), { serving: ["busy"] }))[0]).toBe("quiet");
  });

  test("looks of others have their turns, one after the other", async () => {
    await add(...["b", "c", "d"].map((share) => ({ share, count: 50 })));
    const fair = choice();
    const turns = [];
    for (let turn = 0; turn < 4; turn++) turns.push((await sharesChosen(fair, { serving: ["busy"] }))[0]);
    expect(turns).toEqual(["b", "c", "d", "b"]);
  });

  test("its own commands are before its looks, and it has a lane more as long as one is left", async () => {
    await add({ share: "busy", urgent: true });
    const chosen = await choice().choose(DUE, { except: [], serving: ["busy", "busy"], limit: LIMIT });
    const [first] = await records.find({ _id: chosen[0] }).lean();
    expect(first?.work.urgent).toBe(true);
    expect(await sharesChosen(choice(), { serving: ["busy", "busy", "busy"] })).toEqual([]);
  });

  test("documents to leave out are left out", async () => {
    await add({ share: "quiet", urgent: true });
    const fair = choice();
    const asking = { serving: ["busy"], limit: LIMIT };
    const [first] = await fair.choose(DUE, { except: [], ...asking });
    const then = await fair.choose(DUE, { except: first ? [first] : [], ...asking });
    expect(then.map(String)).not.toContain(String(first));
  });
});

test("with 20 000 due looks of one installation among 10 000, a choice reads an index and sorts nothing", async () => {
  await add({ share: "busy", count: 20_000, inMs: -60 * MINUTE_MS });
  await add(...Array.from({ length: 10_000 }, (_, index) => ({ share: `org-${index}`, inMs: MINUTE_MS })));
  await add({ share: "quiet", urgent: true });
  const cost = async (query: ReturnType<typeof records.find>) => {
    const { executionStats, queryPlanner } = (await query.explain("executionStats")) as unknown as Explained;
    expect(JSON.stringify(queryPlanner.winningPlan)).not.toMatch(/COLLSCAN|"SORT"/);
    return [executionStats.totalKeysExamined, executionStats.totalDocsExamined];
  };
  const options = { limit: LIMIT };
  const oldest = records.find(DUE, null, { ...options, sort: { "work.dueAt": 1 } });
  expect(await cost(oldest)).toEqual([LIMIT, LIMIT]);
  const others = { ...DUE, "work.share": { $gt: "", $nin: ["busy"] } };
  const hinted = { ...options, hint: BY_SHARE };
  expect(
    Math.max(...(await cost(records.find({ ...others, "work.urgent": true }, null, hinted)))),
  ).toBeLessThan(5);
  // The most that a choice reads, four times a second: a key for each installation, and no document.
  const [keys, documents] = await cost(records.find({ ...others, "work.urgent": false }, null, hinted));
  expect(keys).toBeLessThan(10_010);
  expect(documents).toBe(0);
});

interface Explained {
  readonly queryPlanner: { readonly winningPlan: unknown };
  readonly executionStats: { readonly totalKeysExamined: number; readonly totalDocsExamined: number };
}

test("records of earlier versions get their share and their urgency", async () => {
  const base = { requests: [], round: 1, publishedRound: 1, retried: null, refreshAsked: null };
  const cases = [
    { ...base, repository: "Octo/Hello" },
    { ...base, repository: "octo/hello", round: 2 },
    { ...base, repository: "Acme/x", requests: [{ key: "a" }] },
    { ...base, repository: "acme/y", retried: { by: "ines" } },
    { ...base, repository: "acme/y", refreshAsked: { by: "ines" } },
  ];
  const work = { dueAt: NOW, owner: null, epoch: 0, attempts: 0 };
  await records.collection.insertMany(cases.map((each, index) => ({ ...each, key: String(index), work })));
  // Those that were not tried again have no such field.
  await records.collection.updateOne({ key: "0" }, { $unset: { retried: 1, requests: 1 } });
  for (let time = 0; time < 2; time++) await addSharesAndUrgency(store);
  const stored = await records.find().sort({ key: 1 }).lean();
  expect(stored.map(({ work: { share, urgent } }) => ({ share, urgent }))).toEqual(
    cases.map((each) => ({ share: ownerKeyOf(each.repository), urgent: isUrgent(each as never) })),
  );
});
