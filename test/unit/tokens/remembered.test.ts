import { expect, test } from "../../support/testing.ts";
import { Remembered } from "../../../src/tokens/remembered.ts";
import { eventually } from "../../support/eventually.ts";

const IDS = Array.from({ length: 50 }, (_, index) => `id ${index}`);
const [FIRST = "", SECOND = ""] = IDS;

/** Something stored with these ids, and the queries that ask for them. An answer may be held back. */
function openMemory(stored: ReadonlySet<string> = new Set(IDS)) {
  const queries: (readonly string[])[] = [];
  let gate = Promise.resolve();
  const memory = new Remembered<{ _id: string }>({
    findAll: async (ids) => {
      queries.push(ids);
      const found = ids.filter((id) => stored.has(id)).map((_id) => ({ _id }));
      await gate;
      return found;
    },
    noteUse: async () => {},
    onError: () => {},
  });
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return () => {
      gate = Promise.resolve();
      resolve();
    };
  };
  const isReadAgain = async (id: string) => {
    const before = queries.length;
    await memory.find(id);
    return queries.length > before;
  };
  return { memory, queries, hold, isReadAgain };
}

test("what many ask about is read again with one query, and each alone only at first", async () => {
  const { memory, queries, isReadAgain } = openMemory();
  await Promise.all([...IDS, ...IDS].map((id) => memory.find(id)));
  expect(queries).toHaveLength(IDS.length);
  await eventually("the first read again", () => isReadAgain(FIRST));
  expect(queries).toHaveLength(IDS.length + 1);
  expect(queries.at(-1)?.toSorted()).toEqual(IDS.toSorted());
  for (const id of IDS) expect(await memory.find(id)).toEqual({ _id: id });
  expect(queries).toHaveLength(IDS.length + 1);
});

test("what does not exist is remembered, and not read with others", async () => {
  const { memory, queries, isReadAgain } = openMemory(new Set([FIRST]));
  expect([await memory.find("nobody"), await memory.find("nobody")]).toEqual([null, null]);
  await memory.find(FIRST);
  expect(queries).toHaveLength(2);
  await eventually("the first read again", () => isReadAgain(FIRST));
  expect(queries.at(-1)).toEqual([FIRST]);
});

test("what is forgotten while it is read with others is read again", async () => {
  const stored = new Set([FIRST, SECOND]);
  const { memory, hold, queries } = openMemory(stored);
  await Promise.all([memory.find(FIRST), memory.find(SECOND)]);
  const release = hold();
  const asked = await eventually("both read", () => {
    const answer = memory.find(FIRST);
    return queries.length > 2 ? { answer } : null;
  });
  expect(queries.at(-1)?.toSorted()).toEqual([FIRST, SECOND]);
  stored.delete(SECOND);
  memory.forget(SECOND);
  release();
  await asked.answer;
  expect(await memory.find(SECOND)).toBeNull();
});

test("what is read with others at this moment is not asked for once more", async () => {
  const { memory, hold, queries } = openMemory();
  await Promise.all([memory.find(FIRST), memory.find(SECOND)]);
  const release = hold();
  const { answer } = await eventually("both read", () => {
    const answer = memory.find(FIRST);
    return queries.length > 2 ? { answer } : null;
  });
  const other = memory.find(SECOND);
  release();
  expect([await answer, await other]).toEqual([{ _id: FIRST }, { _id: SECOND }]);
  expect(queries).toHaveLength(3);
});

test("an error is everybody's who waits for it, and is not remembered", async () => {
  let isAway = true;
  const memory = new Remembered<{ _id: string }>({
    findAll: async ([id = ""]) => {
      if (isAway) throw new Error("It is away");
      return [{ _id: id }];
    },
    noteUse: async () => {},
    onError: () => {},
  });
  const both = await Promise.allSettled([memory.find(FIRST), memory.find(FIRST)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isAway = false;
  expect(await memory.find(FIRST)).toEqual({ _id: FIRST });
});
