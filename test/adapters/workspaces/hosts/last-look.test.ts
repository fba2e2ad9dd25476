import { createHook } from "node:async_hooks";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fenceFiles } from "../../../../src/workspaces/removal/rules/fence-files.ts";
import { expect, test } from "../../../support/testing.ts";
import { useNeighbours } from "./neighbours-scene.ts";

const used = useNeighbours();

/** How often the event loop asks the file system for something during an action. What a thread asks by itself does not count. */
async function asksOf(action: () => Promise<unknown>): Promise<number> {
  let asks = 0;
  const hook = createHook({ init: (_id, type) => void (asks += type.startsWith("FSREQ") ? 1 : 0) });
  hook.enable();
  try {
    await action();
  } finally {
    hook.disable();
  }
  return asks;
}

function raiseFence(path: string): void {
  mkdirSync(path);
  for (const [name, text] of fenceFiles(path, "It was removed.")) writeFileSync(join(path, name), text);
}

test("asks the event loop for no more beside many fences and unchanged neighbours, also after a restart", async () => {
  const { scene } = used;
  const { root } = scene;
  await scene.make("a");
  await scene.record("a");
  const asksOfLast = async () => {
    await scene.of("a");
    scene.restart();
    return asksOf(() => scene.last("a"));
  };
  await asksOfLast();
  const alone = await asksOfLast();
  expect(alone).toBeGreaterThan(0);
  for (let index = 0; index < 30; index++) raiseFence(join(root, `fence-${index}`));
  for (let index = 0; index < 10; index++) {
    mkdirSync(join(root, `plain-${index}/.git/objects`), { recursive: true });
    await scene.record(`plain-${index}`);
  }
  expect(await asksOfLast()).toBe(alone);
});

test.each([
  [
    "a link to the repository of another",
    (root: string) => symlinkSync(join(root, "a/.git"), join(root, "fence/.git")),
  ],
  [
    "a repository that borrows",
    (root: string) => {
      mkdirSync(join(root, "fence/.git/objects/info"), { recursive: true });
      appendFileSync(join(root, "fence/.git/objects/info/alternates"), `${root}/a/.git/objects\n`);
    },
  ],
])("sees %s in what was a fence a moment ago", async (_what, change) => {
  const { scene } = used;
  const { root } = scene;
  await scene.make("a");
  await scene.record("a");
  raiseFence(join(root, "fence"));
  expect(await scene.last("a")).toEqual({ known: [], unread: [] });
  rmSync(join(root, "fence/.git"));
  change(root);
  const borrower = { known: [join(root, "fence")], unread: [] };
  expect(await scene.last("a")).toEqual(borrower);
  scene.restart();
  expect(await scene.last("a")).toEqual(borrower);
  renameSync(join(root, "fence"), join(root, ".orb/fence"));
  expect(await scene.last("a")).toEqual({ known: [], unread: [] });
});
