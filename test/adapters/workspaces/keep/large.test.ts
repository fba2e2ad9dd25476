import { expect } from "../../../support/testing.ts";
import { turnsDuring } from "../../../support/loop-turns.ts";
import { longStory } from "../../../support/sample.ts";
import { codesOf, KeepScene } from "./scene.ts";

/** Files in folders of fifty. */
const MAKE = `
  make() { for d in $(seq $2); do mkdir -p $1/$((d % 40))/$d; for f in $(seq 50); do echo "$d $f" > $1/$((d % 40))/$d/$f.ts; done; done; }
  make src/big 600; git add src; git commit -qm Big; git push -q origin agent/x
  make node_modules 1200; make notes 200; echo changed > src/big/1/1/1.ts`;

longStory("a hundred thousand files are all judged, and other work has its turn meanwhile", async () => {
  await using scene = await KeepScene.set();
  await scene.shell(MAKE);
  const { result, turns } = await turnsDuring(scene.inspect());
  expect(codesOf(result)).toEqual(["uncommitted_changes", "untracked_files"]);
  expect(result.repositories[0]?.changed.count).toBe(1);
  expect(result.files.unknown.count).toBe(10_000);
  expect(result.files.rebuildable.paths.map(String)).toEqual(["node_modules"]);
  // Each folder alone is read in several steps.
  expect(turns).toBeGreaterThan(200);
});
