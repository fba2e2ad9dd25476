import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { longStory } from "../../../support/sample.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { setUpStand } from "./stand.ts";

const FILES = 200;
const [FEW, MANY] = [2_000, 100_000];

describe("a reader meets a whole workspace or none (C18)", () => {
  test(`in ${FEW} openings at any moment`, () => openWhileRemoved(FEW));
  longStory(`in ${MANY} openings at any moment`, () => openWhileRemoved(MANY));
});

async function openWhileRemoved(openingsMin: number): Promise<void> {
  await using stand = await setUpStand();
  const seen = { whole: 0, none: 0, openings: 0 };
  for (let round = 0; seen.openings < openingsMin; round++) {
    const path = stand.make(`w${round}`);
    for (let index = 0; index < FILES; index++) writeFileSync(join(path, `f${index}`), "content");
    const tombstone = await stand.plan(`w${round}`);
    const over = new AbortController();
    const reading = readUntil(over.signal, { path, seen });
    await turn();
    await moveToTrash(stand.root, tombstone);
    await deleteTrash(stand.root, tombstone);
    over.abort();
    await reading;
  }
  expect(seen.whole).toBeGreaterThan(0);
  expect(seen.none).toBeGreaterThan(0);
}

/** Once one file of it is gone, none is found any more; until then each is. */
async function readUntil(
  over: AbortSignal,
  { path, seen }: { readonly path: string; readonly seen: { whole: number; none: number; openings: number } },
): Promise<void> {
  let isGone = false;
  for (let index = 0; !over.aborted; index++) {
    const file = await open(join(path, `f${index % FILES}`)).catch(goneOf);
    if (file) expect(isGone).toBe(false);
    isGone ||= file === null;
    await file?.close();
    seen[isGone ? "none" : "whole"] += 1;
    seen.openings += 1;
  }
}

function goneOf(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
