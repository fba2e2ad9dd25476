import { rm } from "node:fs/promises";
import { expect, test } from "../../../support/testing.ts";
import { WORK_FILE } from "../../../support/workspaces/plain-hands.ts";
import { useBench } from "./bench.ts";

const bench = useBench();
const FILES = { "notes.md": "All of it is pushed.\n" };
const WORK = { ...FILES, [WORK_FILE]: "A commit.\n" };

test.each([
  [FILES, "keep", "Nobody uses it, and nothing in it would be lost"],
  [FILES, "discard", "Nobody uses it, and nothing in it would be lost"],
  [
    WORK,
    "archive",
    "Nobody uses it; its work that is nowhere else must be archived first: A commit is nowhere else",
  ],
  [
    WORK,
    "discard",
    "Nobody uses it; its work that is nowhere else is discarded, as it was asked for: A commit is nowhere else",
  ],
] as const)("with %j and %s the history says: %s", async (content, unpushed, because) => {
  const made = await bench.make(content);
  const dry = await bench.ask(made, { unpushed, dryRun: true, origin: "person" });
  await bench.runAll();
  const { history, reasons } = await bench.stored(dry);
  expect(history.at(-1)).toMatchObject({ what: "would_remove", because });
  // The list that an operator needs before the word is given.
  expect(reasons.map(({ code }) => code)).toEqual(content === WORK ? ["unpushed_commits"] : []);
  const id = await bench.ask(made, { unpushed, origin: "person" });
  await bench.runAll();
  expect((await bench.stored(id)).history).toContainEqual(
    expect.objectContaining({ what: "checked", because }),
  );
});

test("what kept a workspace before is only in the history once its clean-up goes on", async () => {
  const made = await bench.make(WORK);
  const id = await bench.ask(made);
  await bench.runAll();
  expect((await bench.stored(id)).reasons).toHaveLength(1);
  await bench.ask(made, { unpushed: "discard", origin: "person" });
  expect(await bench.stored(id)).toMatchObject({ status: "scheduled", reasons: [], problem: null });
  await bench.runAll();
  const { outcome, reasons, history } = await bench.stored(id);
  expect([outcome, reasons]).toEqual(["removed", []]);
  expect(history).toContainEqual(
    expect.objectContaining({ what: "deferred", because: "A commit is nowhere else." }),
  );
});

test("a completed clean-up has no reasons, also if its workspace was removed by somebody else meanwhile", async () => {
  const made = await bench.make(WORK);
  const id = await bench.ask(made);
  await bench.runAll();
  await rm(made.path, { recursive: true });
  await bench.cleanups().run(id, "ines");
  await bench.runAll();
  expect(await bench.stored(id)).toMatchObject({
    outcome: "missing",
    step: "planned",
    reasons: [],
    times: 0,
  });
});
