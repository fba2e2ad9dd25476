import { expect, test } from "@jest/globals";
import { Deadline } from "../../../src/deliveries/deadline.ts";
import { GroupCommit } from "../../../src/deliveries/group-commit.ts";
import { eventually } from "../../support/eventually.ts";

/** A store whose writes end when the test says so. */
function slowStore({ withinMs = 20_000, waitingMax = 100 } = {}) {
  const writes: { items: readonly number[]; end: PromiseWithResolvers<void> }[] = [];
  const group = new GroupCommit<number, string>({
    commit: async (items) => {
      const end = Promise.withResolvers<void>();
      writes.push({ items, end });
      await end.promise;
      return items.map((item) => `wrote ${item}`);
    },
    batchMax: 4,
    inFlightMax: 2,
    besideMin: 3,
    waitingMax,
  });
  const commits = { add: (item: number) => group.add(item, new Deadline(withinMs)) };
  return { commits, writes, batches: () => writes.map(({ items }) => items) };
}

test("the first is written at once, what comes meanwhile together, and a second write beside it only for many", async () => {
  const { commits, writes, batches } = slowStore();
  const answers = [0, 1, 2].map((item) => commits.add(item));
  expect(batches()).toEqual([[0]]);
  answers.push(commits.add(3));
  expect(batches()).toEqual([[0], [1, 2, 3]]);
  for (const item of [4, 5, 6, 7, 8]) answers.push(commits.add(item));
  expect(batches()).toHaveLength(2);
  // Whoever is written, until nobody waits.
  await eventually("all of them in a write", () => {
    for (const { end } of writes) end.resolve();
    return batches().flat().length === answers.length;
  });
  for (const { end } of writes) end.resolve();
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((item) => `wrote ${item}`));
  expect(batches()[2]).toEqual([4, 5, 6, 7]);
});

test("where a write fails, all that were in it are told, and the next ones are written", async () => {
  const { commits, writes } = slowStore();
  const first = commits.add(1);
  const second = commits.add(2);
  writes[0]?.end.reject(new Error("no primary"));
  await expect(first).rejects.toThrow("no primary");
  await Promise.resolve();
  writes[1]?.end.resolve();
  expect(await second).toBe("wrote 2");
});

test("who waits too long is told so, whether its write is under way or not", async () => {
  const { commits, batches } = slowStore({ withinMs: 20 });
  const answers = await Promise.allSettled([commits.add(1), commits.add(2)]);
  expect(answers).toEqual([
    expect.objectContaining({ reason: expect.objectContaining({ code: "mongodb_unavailable" }) }),
    expect.objectContaining({ reason: expect.objectContaining({ code: "mongodb_unavailable" }) }),
  ]);
  expect(batches()).toEqual([[1]]);
});

test("where too many wait already, one more is refused at once", async () => {
  const { commits } = slowStore({ waitingMax: 1, withinMs: 20 });
  const waiting = [commits.add(1), commits.add(2)];
  await expect(commits.add(3)).rejects.toMatchObject({ code: "overloaded" });
  await Promise.allSettled(waiting);
});

test("after a large write the next one waits for those who come again, but not for ever", async () => {
  const { commits, writes, batches } = slowStore();
  const first = [0, 1, 2, 3].map((item) => commits.add(item));
  writes[0]?.end.resolve();
  writes[1]?.end.resolve();
  await Promise.all(first);
  await Promise.resolve();
  const again = commits.add(4);
  expect(batches()).toEqual([[0], [1, 2, 3]]);
  await eventually("its write", () => batches().length === 3);
  writes[2]?.end.resolve();
  expect(await again).toBe("wrote 4");
});
