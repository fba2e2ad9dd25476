import { expect, test } from "../../../support/testing.ts";
import { turnsDuring } from "../../../support/loop-turns.ts";
import { sampled } from "../../../support/sample.ts";
import { codesOf, KeepScene } from "./scene.ts";

const FOLDERS = { "three thousand": 20, "a hundred thousand": 600 } as const;
const SIZES = Object.keys(FOLDERS) as (keyof typeof FOLDERS)[];

/** Files in folders of fifty: as many tracked folders as `folders`, twice as many rebuildable, and a third as many unknown. */
function make(folders: number): string {
  return `
    make() { for d in $(seq $2); do mkdir -p $1/$((d % 40))/$d; for f in $(seq 50); do echo "$d $f" > $1/$((d % 40))/$d/$f.ts; done; done; }
    make src/big ${folders}; git add src; git commit -qm Big; git push -q origin agent/x
    make node_modules ${2 * folders}; make notes ${Math.floor(folders / 3)}; echo changed > src/big/1/1/1.ts`;
}

test.each(sampled("sizes of a workspace", SIZES, ["three thousand"]))(
  "%s files are all judged, and other work has its turn meanwhile",
  async (size) => {
    await using scene = await KeepScene.set();
    const folders = FOLDERS[size];
    await scene.shell(make(folders));
    const { result, turns } = await turnsDuring(scene.inspect());
    expect(codesOf(result)).toEqual(["uncommitted_changes", "untracked_files"]);
    expect(result.repositories[0]?.changed.count).toBe(1);
    expect(result.files.unknown.count).toBe(Math.floor(folders / 3) * 50);
    expect(result.files.rebuildable.paths.map(String)).toEqual(["node_modules"]);
    // Each folder alone is read in several steps.
    expect(turns).toBeGreaterThan(folders / 3);
  },
);
