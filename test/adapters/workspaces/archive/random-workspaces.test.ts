import { chmod, link, mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { ArchiveBench, treeOf } from "../../../support/workspaces/archive-bench.ts";
import { sampledInputs } from "../../../support/sample.ts";
import { expect, test } from "../../../support/testing.ts";

/** Two or three names, so that steps meet each other's files and folders. */
const name = fc.constantFrom("a", "b", "c", "é", "-x", "line\nfeed", "x y");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
const text = fc.string({ maxLength: 60, unit: "binary" });

type Step = (bench: ArchiveBench) => Promise<unknown>;
const at = (bench: ArchiveBench, to: string): string => join(bench.path, to);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(path, text).map(([to, words]): Step => async (bench) => {
    await mkdir(join(at(bench, to), ".."), { recursive: true });
    await writeFile(at(bench, to), words);
  }),
  path.map(
    (to): Step =>
      (bench) =>
        mkdir(at(bench, to), { recursive: true }),
  ),
  fc.tuple(path, fc.constantFrom("a", "../..", "/etc/passwd", "nowhere")).map(
    ([to, target]): Step =>
      (bench) =>
        symlink(target, at(bench, to)),
  ),
  fc.tuple(path, path).map(
    ([from, to]): Step =>
      (bench) =>
        link(at(bench, from), at(bench, to)),
  ),
  fc.tuple(path, fc.constantFrom(0o600, 0o755, 0o444, 0o700)).map(
    ([to, mode]): Step =>
      (bench) =>
        chmod(at(bench, to), mode),
  ),
  fc.tuple(path, fc.integer({ min: 0, max: 2 ** 31 })).map(
    ([to, time]): Step =>
      (bench) =>
        utimes(at(bench, to), time, time),
  ),
  fc
    .constantFrom(
      ["add", "--all"],
      ["commit", "--quiet", "--allow-empty", "--message=c"],
      ["stash", "push", "--quiet", "--include-untracked"],
      ["checkout", "--quiet", "--detach"],
      ["checkout", "--quiet", "-b", "other"],
      ["checkout", "--quiet", "--force", "main"],
      ["reset", "--quiet", "HEAD~1"],
      ["tag", "--force", "t"],
      ["notes", "add", "--force", "--message=n"],
      ["update-ref", "refs/worktree/w", "HEAD"],
      ["merge", "--quiet", "other"],
      ["pack-refs", "--all"],
      ["rm", "--quiet", "-r", "--cached", "--force", "a"],
      ["worktree", "add", "--quiet", "--detach", "c/worktree"],
    )
    .map(
      (args): Step =>
        (bench) =>
          bench.git(args),
    ),
);

test("any workspace comes back as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 4, maxLength: 24 }), async (each) => {
      await using bench = await ArchiveBench.open();
      await bench.git(["init", "--quiet", "--initial-branch=main"]);
      // A step that does not fit, such as a commit during a conflict, changes nothing.
      for (const step of each) await step(bench).catch(() => undefined);
      const before = await treeOf(bench.path);
      const refs = await bench.git(["for-each-ref"]);
      const log = await bench.git(["log", "--all", "--reflog", "--format=%H"]).catch(() => "");
      await bench.archive();
      expect(await treeOf(bench.path)).toEqual(before);
      await bench.removeWorkspace();
      await bench.restore();
      expect(await treeOf(bench.path)).toEqual(before);
      expect(await bench.git(["for-each-ref"])).toBe(refs);
      expect(await bench.git(["log", "--all", "--reflog", "--format=%H"]).catch(() => "")).toBe(log);
      await bench.git(["fsck", "--no-dangling"]);
    }),
    sampledInputs({ all: 60, sample: 3 }),
  );
});
