import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "../../../support/testing.ts";
import { eventually } from "../../../support/eventually.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { codesOf, KeepScene, summary } from "./scene.ts";

const OPERATIONS = {
  merge:
    "git checkout -q -b other; git commit -q --allow-empty -m Other; git push -q origin other; git checkout -q agent/x; git commit -q --allow-empty -m Mine; git push -q origin agent/x; git merge -q --no-commit --no-ff other 2>/dev/null",
  "cherry-pick":
    "git commit -q --allow-empty -m Mine; git push -q origin agent/x; git rev-parse HEAD > .git/CHERRY_PICK_HEAD",
  revert: "git rev-parse HEAD > .git/REVERT_HEAD",
  rebase: "GIT_SEQUENCE_EDITOR='sed -i 1ibreak' git rebase -q -i --root 2>/dev/null; git reset -q --hard",
  bisect: "git bisect start -q > /dev/null",
  "rebase or am": "mkdir .git/rebase-apply; echo 1 > .git/rebase-apply/next",
  "sequence of cherry-picks or reverts": "mkdir .git/sequencer; echo 'pick 1' > .git/sequencer/todo",
} as const;
const operations = sampled(
  "unfinished operations of git",
  Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[],
  ["merge"],
);

/** What happens to a file between the signal and the baseline. */
const LATECOMERS = {
  "was written": "echo KEY=1 > later.env",
  "was written with an old time of change": "echo x > old.env; touch -d 2020-01-01 old.env",
  "was moved in": "mv ../made-before.env moved.env",
  "was moved in with its folder": "mv ../made-before notes",
  "was moved in below a folder that was there": "mv ../made-before folder/notes",
  "was copied with its times": "cp -a ../made-before.env copied.env",
  "is another name of a file that was there": "ln first.env second.env",
  "was changed and has its old content again": "echo other > first.env; echo KEY=0 > first.env",
} as const;
const latecomers = sampled(
  "ways for a file to come after the signal",
  Object.keys(LATECOMERS) as (keyof typeof LATECOMERS)[],
  ["was moved in below a folder that was there", "was changed and has its old content again"],
);

describe("files that git tracks", () => {
  test("keep the workspace if their content differs, whatever hides that", async () => {
    await using scene = await KeepScene.set();
    // A13, first half. The control is git's own answer.
    await scene.shell(
      "git update-index --assume-unchanged README.md; git update-index --skip-worktree src/a.ts; echo x >> README.md; echo y >> src/a.ts",
    );
    expect(await scene.shell("git status --porcelain")).toBe("");
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["uncommitted_changes"]);
    expect(inspection.repositories[0]?.changed.paths.map(String)).toEqual(["README.md", "src/a.ts"]);
  });

  longStory("keep it if times and sizes were set back (A14)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`
      git config core.trustctime false; git config core.checkStat minimal
      touch -d '2020-01-01' README.md; git update-index --refresh -q
      printf 'two\\n' > README.md; touch -d '2020-01-01' README.md`);
    expect(await scene.shell("git status --porcelain")).toBe("");
    expect(codesOf(await scene.inspect())).toEqual(["uncommitted_changes"]);
  });

  longStory("that a sparse checkout leaves out are not missing (A13)", async () => {
    await using scene = await KeepScene.set();
    // Without a refresh, git keeps files whose times it does not know.
    await scene.shell("git update-index -q --refresh; git sparse-checkout set --no-cone /README.md");
    // The control: compared with HEAD alone, the file is deleted.
    expect(await scene.shell("ls src 2>/dev/null || echo gone")).toBe("gone");
    expect(summary(await scene.inspect())).toBe("clean");
    await scene.shell("rm README.md");
    expect(codesOf(await scene.inspect())).toEqual(["uncommitted_changes"]);
  });

  longStory("keep it if something is only staged", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("echo staged > README.md; git add README.md; git show HEAD:README.md > README.md");
    expect(codesOf(await scene.inspect())).toEqual(["staged_changes"]);
  });

  test("keep it if they were deleted, renamed, or made executable", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("git mv README.md 'READ ME'; chmod +x src/a.ts");
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["uncommitted_changes", "staged_changes", "untracked_files"]);
    expect(inspection.repositories[0]?.changed.paths.map(String)).toEqual(["src/a.ts", "README.md"]);
  });
});

describe("files that git does not track", () => {
  test("are seen although the agent's settings hide them (A10, A12)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      "git config status.showUntrackedFiles no; echo '*' > .git/info/exclude; echo x > new.ts",
    );
    expect(
      await scene.shell("git status --porcelain; git -c status.showUntrackedFiles=all status --porcelain"),
    ).toBe("");
    expect(codesOf(await scene.inspect())).toEqual(["untracked_files"]);
  });

  test("do not keep it if a command makes them again (A11)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      "mkdir -p node_modules/a/b target/debug src/target; echo x | tee node_modules/a/b/c.js target/debug/t src/target/p > /dev/null",
    );
    const inspection = await scene.inspect();
    expect(summary(inspection)).toBe("clean");
    expect(inspection.files.rebuildable.paths.map(String).toSorted()).toEqual([
      "node_modules",
      "src/target",
      "target",
    ]);
  });

  test("keep it in a folder with such a name too, if git does not ignore them (A11)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      "mkdir -p dist src/__pycache__ node_modules; echo made > node_modules/a.js; echo mine | tee dist/report.md src/__pycache__/q.py > /dev/null",
    );
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["untracked_files"]);
    expect(inspection.files.unknown.paths.map(String)).toEqual(["dist/report.md", "src/__pycache__/q.py"]);
    expect(inspection.files.rebuildable.paths.map(String)).toEqual(["node_modules"]);
  });

  longStory("keep a folder whole if git ignores only a part of it (A11)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      "mkdir target; echo made > target/a.log; echo '!target' > .gitignore; echo '*.log' >> .gitignore",
    );
    await scene.shell("echo mine > target/mine.rs");
    const { files } = await scene.inspect();
    expect(files.rebuildable.count).toBe(0);
    expect(files.unknown.paths.map(String)).toContain("target/mine.rs");
  });

  test("do not keep it if they were carried in and are unchanged; changed they do (A11)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("echo KEY=1 > .env");
    const baseline = await scene.noteBaseline();
    const inspection = await scene.inspect({ baseline });
    expect(summary(inspection)).toBe("clean");
    expect(inspection.files.carried).toEqual({ count: 1, bytes: 6, paths: [Buffer.from(".env")] });
    await scene.shell("echo KEY=2 > .env");
    // The control: git ignores it, and removes it without a question.
    expect(await scene.shell("git status --porcelain")).toBe("");
    const changed = await scene.inspect({ baseline });
    expect(codesOf(changed)).toEqual(["untracked_files"]);
    expect(changed.files.unknown).toMatchObject({ count: 1, bytes: 6 });
  });

  test.each(latecomers)(
    "keep it if they were there when the baseline was noted, but one of them %s after the signal",
    async (how) => {
      await using scene = await KeepScene.set();
      await scene.shell(
        "mkdir folder ../made-before; echo KEY=0 > first.env; echo a > folder/a; echo b > ../made-before/b",
      );
      await scene.shell("echo b > ../made-before.env");
      const thereAtMs = Date.now();
      // The kernel's times are some milliseconds coarse.
      await eventually("a later time", () => Date.now() > thereAtMs + 20);
      expect(summary(await scene.inspect({ baseline: await scene.noteBaseline({ thereAtMs }) }))).toBe(
        "clean",
      );
      await scene.shell(LATECOMERS[how]);
      const baseline = await scene.noteBaseline({ thereAtMs });
      expect(codesOf(await scene.inspect({ baseline }))).toEqual(["untracked_files"]);
    },
  );

  longStory("a link among them is not carried in, and the others are", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("echo KEY=1 > .env; ln -s .env link");
    const inspection = await scene.inspect({ baseline: await scene.noteBaseline() });
    expect(inspection.files.carried.paths.map(String)).toEqual([".env"]);
    expect(inspection.files.unknown.paths.map(String)).toEqual(["link"]);
    expect(codesOf(inspection)).toEqual(["untracked_files"]);
    await scene.shell("rm .env; ln -s link .env");
    expect(codesOf(await scene.inspect({ baseline: await scene.noteBaseline() }))).toEqual([
      "untracked_files",
    ]);
  });

  test("keep it without a baseline, ignored or not", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("echo KEY=1 > .env; echo note > hand-off.log");
    const { files, reasons } = await scene.inspect();
    expect(files.unknown.paths.map(String).toSorted()).toEqual([".env", "hand-off.log"]);
    expect(reasons[0]?.reason).toContain("2 files that git does not track");
  });

  test("are named by their bytes, and shown on one line (A23)", async () => {
    await using scene = await KeepScene.set();
    const names = ["a b", '"', "line\nfeed", "é", "a -> b", "-rf"].map((name) => Buffer.from(name));
    const raw = [...names, Buffer.from([0xff, 0xfe])];
    for (const name of raw) await writeFile(Buffer.concat([Buffer.from(`${scene.root}/ws/`), name]), "x");
    const { files, reasons } = await scene.inspect();
    const sorted = (paths: readonly Buffer[]) => paths.map((path) => path.toString("latin1")).toSorted();
    expect(sorted(files.unknown.paths)).toEqual(sorted(raw));
    expect(reasons[0]?.reason.split("\n")).toHaveLength(1);
    // The control: without -z, git quotes them, and a guard that compares names finds none.
    expect(await scene.shell("git status --porcelain")).toContain(String.raw`"\377\376"`);
  });

  longStory("and changed ones are found under the same names (A23)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      `printf x > $'line\\nfeed'; printf x > $'\\xff'; printf x > '-rf'; git add -A; git commit -qm Names; git push -q origin agent/x; echo y | tee $'line\\nfeed' $'\\xff' ./-rf > /dev/null`,
    );
    const { repositories } = await scene.inspect();
    expect(repositories[0]?.changed.paths.map((path) => path.toString("latin1"))).toEqual([
      "-rf",
      "line\nfeed",
      "\u00ff",
    ]);
  });
});

test.each(operations)("an unfinished %s keeps a workspace that looks clean (A9)", async (operation) => {
  await using scene = await KeepScene.set();
  await scene.shell(OPERATIONS[operation]);
  expect(await scene.shell("git status --porcelain")).toBe("");
  const { reasons } = await scene.inspect();
  const found = reasons.find(({ code }) => code === "operation_under_way");
  expect(found?.reason).toContain(operation);
});

describe("Git LFS", () => {
  const content = "a large file\n";
  const oid = createHash("sha256").update(content).digest("hex");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;
  const COMMIT = `echo '*.bin filter=lfs' > .gitattributes; printf '${pointer}' > large.bin; git add .; git commit -qm LFS; git push -q origin agent/x; printf '${content}' > large.bin`;

  longStory(
    "a file with the content of its pointer is unchanged, with another content it is not",
    async () => {
      await using scene = await KeepScene.set();
      await scene.shell(COMMIT);
      // The control: without the filter, which is never run, the file differs from what git has.
      expect(await scene.shell("git status --porcelain")).toContain("large.bin");
      expect(summary(await scene.inspect())).toBe("clean");
      await scene.shell("echo more >> large.bin");
      expect(codesOf(await scene.inspect())).toEqual(["uncommitted_changes"]);
    },
  );

  test("an object keeps the workspace although its pointer is pushed; one from the creation does not (A20)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${COMMIT}; mkdir -p .git/lfs/objects/aa/bb; printf x > .git/lfs/objects/aa/bb/${oid}`);
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["lfs_objects"]);
    expect(inspection.repositories[0]?.looseLfsObjects).toEqual([oid]);
    expect(summary(await scene.inspect({ baseline: await scene.noteBaseline() }))).toBe("clean");
  });
});
