import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "../../support/testing.ts";
import { FIELDS, newRecord } from "../../../src/pull-requests/record/fields.ts";
import { searchable } from "../../../src/pull-requests/record/search.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { makeSearchable } from "../../../src/pull-requests/upkeep/make-searchable.ts";
import { useDatabase } from "../../support/database.ts";
import { storeRecord } from "../../support/stored-record.ts";
import { completion } from "../../support/signals.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const LATER = new Date(NOW.getTime() + 60_000);
const SPREAD_MS = 10 * 60_000;
const QUARANTINED = { code: "pull_request_crashed", reason: "It crashed three processes.", remedy: "Retry." };

let store: PullRequestStore;
const own = useDatabase(({ database }) => {
  store = new PullRequestStore(database);
});

async function stored(project: string, more: Record<string, unknown> = {}) {
  await storeRecord({ pullRequestStore: store }, project, more);
  return async () => store.model.findOne({ project }).lean();
}

async function nudge(branch: string) {
  await own.database.transaction((transaction) =>
    store.nudge({ repository: "Octo/Hello", branch }, { now: NOW, transaction }),
  );
}

function work(more: Record<string, unknown>) {
  return { work: { dueAt: null, owner: null, epoch: 0, attempts: 0, ...more } };
}

test("a new record is read as it was written, with every field", async () => {
  const name = { project: "new", repository: "octo/hello", branch: "agent/new" };
  const completion = { ...name, base: "main", summary: "" };
  const given = { ...name, key: "new", completion, completedAt: NOW, completionKey: "key", receivedAt: NOW };
  const record = { ...newRecord(NOW, { ...name, urgent: true }), ...given };
  expect(Object.keys(record).toSorted()).toEqual([...Object.keys(FIELDS), "work"].toSorted());
  await own.database.transaction((transaction) => store.insert(record, transaction));
  const { _id, ...read } = (await store.findByKey("new")) ?? {};
  expect(read).toEqual({ ...record, search: searchable(record) });
});

describe("a nudge", () => {
  test("makes the next look at a resting record due now, and is counted", async () => {
    const record = await stored("rests");
    await nudge("agent/rests");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: NOW } });
  });

  test("waits until the earliest time for another look, and does not delay a look that is due sooner", async () => {
    const record = await stored("just-looked-at", { notBefore: LATER });
    await nudge("agent/just-looked-at");
    expect(await record()).toMatchObject({ work: { dueAt: LATER } });
    const sooner = await stored("sooner", work({ dueAt: NOW }));
    await store.model.updateOne({ project: "sooner" }, { $set: { notBefore: LATER } });
    await nudge("agent/sooner");
    expect(await sooner()).toMatchObject({ work: { dueAt: NOW } });
  });

  test("does not wait for a time that a wrong clock has set", async () => {
    const record = await stored("put-off", { notBefore: new Date("2027-01-05T09:00:00Z") });
    await nudge("agent/put-off");
    expect(await record()).toMatchObject({ work: { dueAt: NOW } });
  });

  test("is only counted if the record is quarantined, because a look may crash the process again", async () => {
    const record = await stored("quarantined", { problem: QUARANTINED });
    await nudge("agent/quarantined");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: null } });
  });

  test("does not change a lease", async () => {
    const record = await stored("leased", work({ dueAt: LATER, owner: "somebody" }));
    await nudge("agent/leased");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: LATER, owner: "somebody" } });
  });
});

test("looks at resting open pull requests become due over some minutes; merged, waiting and quarantined ones are left alone", async () => {
  await store.model.deleteMany({});
  const forgotten = await Promise.all(["one", "two", "three"].map((project) => stored(project)));
  const merged = await stored("merged", { status: "merged" });
  const waiting = await stored("waiting", work({ dueAt: LATER }));
  const quarantined = await stored("quarantined", { problem: QUARANTINED });
  expect(await store.wakeForgotten({ now: NOW })).toBe(3);
  for (const record of forgotten) {
    const { dueAt } = (await record())?.work ?? {};
    expect(dueAt?.getTime()).toBeGreaterThanOrEqual(NOW.getTime());
    expect(dueAt?.getTime()).toBeLessThanOrEqual(NOW.getTime() + SPREAD_MS);
  }
  expect(await merged()).toMatchObject({ work: { dueAt: null } });
  expect(await waiting()).toMatchObject({ work: { dueAt: LATER } });
  expect(await quarantined()).toMatchObject({ work: { dueAt: null } });
  expect(await store.wakeForgotten({ now: NOW })).toBe(0);
});

const START = Date.parse("2026-01-05T09:00:00Z");
const MINUTE_MS = 60_000;

function record(index: number, status: string, more: Record<string, unknown> = {}) {
  const at = new Date(START + index * MINUTE_MS);
  const name = { project: `p-${index}`, repository: index % 2 ? "octo/hello" : "Octo/Hello", branch: "b" };
  return {
    ...newRecord(at, { ...name, urgent: true }),
    ...name,
    key: JSON.stringify(name),
    status,
    completion: completion(name.project, { requestedBy: "tom" }).data,
    completedAt: at,
    completionKey: "key",
    receivedAt: at,
    ...more,
  };
}

test("a repository's queue has those that wait and the latest open ones, however many there are", async () => {
  await store.model.deleteMany({});
  await store.model.collection.insertMany([
    ...Array.from({ length: 2_500 }, (_, index) =>
      record(index, "open", { pullRequest: { number: index + 1 } }),
    ),
    record(2_500, "queued", { work: { owner: null }, problem: { code: "on_hold" } }),
    record(2_501, "queued", { work: { owner: "somebody" }, problem: { code: "on_hold" } }),
    record(2_502, "blocked", { work: { owner: null } }),
  ] as never[]);
  const queue = await store.queueIn("octo/hello", { except: null });
  expect(queue.filter(({ number }) => number === null).map(({ held }) => held)).toEqual([true, false]);
  expect(queue.map(({ number }) => number)).toContain(2_500);
  expect(queue.map(({ number }) => number)).not.toContain(1);
  expect(queue[0]?.requestedBy).toBe("tom");
});

describe("a search", () => {
  const found = async (q: string) => {
    const rows = await store.list({ q }, { before: null, limit: 100 });
    return rows.map(({ project }) => project).toSorted();
  };
  const many = [
    {
      project: "csv",
      branch: "agent/csv-export",
      pullRequest: { number: 12, title: "Export lists as CSV: (v1.5+)" },
    },
    {
      project: "Import_it",
      repository: "acme/data.tools",
      pullRequest: { number: 112, title: "Importiert Ärger 🎉" },
    },
    { project: "queued", branch: "fix/#12-a$b", pullRequest: null },
  ];

  beforeAll(async () => {
    await store.model.deleteMany({});
    for (const { project, ...more } of many) {
      const { number } = more.pullRequest ?? {};
      const url = `https://github.example/octo/hello/pull/${number}`;
      const pullRequest = more.pullRequest && { ...more.pullRequest, url };
      await stored(project, { ...more, pullRequest });
    }
  });

  test.each([
    { by: "a part of the branch", q: "agent/csv-export", finds: ["csv"] },
    { by: "words of the title, in any order and case", q: "csv  export", finds: ["csv"] },
    { by: "characters that mean something in a pattern", q: "CSV: (v1.5+)", finds: ["csv"] },
    { by: "letters with accents", q: "ärger", finds: ["Import_it"] },
    { by: "an emoji", q: "🎉", finds: ["Import_it"] },
    { by: "a project", q: "import_IT", finds: ["Import_it"] },
    { by: "a repository", q: "Acme/data.tools", finds: ["Import_it"] },
    { by: "a repository and a word", q: "octo/hello export", finds: ["csv"] },
    { by: "a number, or a text that has it", q: "12", finds: ["csv", "queued"] },
    { by: "a number with its mark", q: "#112", finds: ["Import_it"] },
    { by: "a number as GitHub links it", q: "Octo/hello#12", finds: ["csv"] },
    { by: "the number of another repository", q: "acme/data.tools#12", finds: [] },
    { by: "an address", q: "https://github.example/octo/hello/pull/12", finds: ["csv"] },
    { by: "a dot, which is no placeholder", q: "data-tools", finds: [] },
    { by: "a backslash and a dollar", q: String.raw`a$b \ `, finds: [] },
    { by: "a dollar", q: "a$b", finds: ["queued"] },
    { by: "a character that no text has", q: "csv\0", finds: [] },
    { by: "blanks only: everything", q: " \t ", finds: ["Import_it", "csv", "queued"] },
    { by: "more words than are searched apart", q: "a g e n t c s v - - -export", finds: [] },
  ])("finds by $by: $q", async ({ q, finds }) => {
    expect(await found(q)).toEqual(finds);
  });

  test("finds records of earlier versions once they were made searchable", async () => {
    await store.model.collection.updateMany({}, { $unset: { search: 1 } });
    expect(await found("ärger")).toEqual([]);
    await makeSearchable(store);
    expect(await found("ärger")).toEqual(["Import_it"]);
    expect(await found("#12")).toEqual(["csv", "queued"]);
  });

  test("for a part of one or two letters finds where a word begins with it", async () => {
    expect([await found("cs"), await found("sv"), await found("e")]).toEqual([["csv"], [], ["csv"]]);
  });

  test("for any part of a branch or title finds its pull request, and never fails for other texts", async () => {
    const names = { project: "csv", repository: "octo/hello", pullRequest: null };
    const unit = fc.constantFrom(...Array.from("aB0-_:#@\"'/\\.*+?^$()[]{}|&~<>=!,;%ßÄ\u0000\u2028\ud800🎉"));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, minLength: 1, maxLength: 12 }), async (text) => {
        const clean = text.replaceAll(/[\0\ud800]/g, "x");
        const change = {
          branch: `agent/${clean}`,
          search: searchable({ ...names, branch: `agent/${clean}` }),
        };
        await store.model.collection.updateOne({ project: "csv" }, { $set: change });
        expect(await found(`t/${clean}`)).toContain("csv");
        expect(await found(text)).toEqual(expect.any(Array));
      }),
      { numRuns: 150 },
    );
  });
});
