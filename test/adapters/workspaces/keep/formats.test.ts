import { expect, test } from "../../../support/testing.ts";
import { longStory } from "../../../support/sample.ts";
import { codesOf, KeepScene, summary } from "./scene.ts";

test("a shallow clone is clean, and a commit on top of it is found", async () => {
  await using scene = await KeepScene.set();
  await scene.shell(
    "echo 2 >> README.md; git commit -qam 2; git push -q origin HEAD:main; git clone -q --depth 1 file://$PWD/../origin.git ../shallow",
  );
  expect(summary(await scene.inspect({ at: "shallow" }))).toBe("clean");
  await scene.shell("git commit -q --allow-empty -m Mine", { at: "shallow" });
  expect(codesOf(await scene.inspect({ at: "shallow" }))).toEqual(["unpushed_commits"]);
});

longStory("a partial clone is read without fetching anything", async () => {
  await using scene = await KeepScene.set();
  await scene.shell("git config uploadpack.allowFilter true", { at: "origin.git" });
  await scene.shell(
    "git clone -q --filter=blob:none file://$PWD/origin.git partial; mv origin.git moved.git; mkdir origin.git; cp -r moved.git/. origin.git",
    { at: "." },
  );
  await scene.shell("git config remote.origin.url file:///nowhere", { at: "partial" });
  expect(summary(await scene.inspect({ at: "partial" }))).toBe("clean");
  await scene.shell("echo x >> README.md", { at: "partial" });
  expect(codesOf(await scene.inspect({ at: "partial" }))).toEqual(["uncommitted_changes"]);
});

longStory("a split index is read with the part that it shares", async () => {
  await using scene = await KeepScene.set();
  await scene.shell(
    "git update-index --split-index; echo new > src/b.ts; git add src/b.ts; git update-index --split-index",
  );
  const inspection = await scene.inspect();
  expect(inspection.repositories[0]?.staged.paths.map(String)).toEqual(["src/b.ts"]);
  await scene.shell("rm .git/sharedindex.*");
  expect((await scene.inspect()).answer).toBe("unreadable");
});

longStory("a repository whose objects are named by SHA-256 is read, and GitHub is not asked", async () => {
  await using scene = await KeepScene.set(
    "mkdir origin.git; git init -q --object-format=sha256 ws; cd ws; echo x > x; git add .; git commit -qm X; echo y > x",
  );
  const inspection = await scene.inspect();
  expect(codesOf(inspection)).toEqual(["unpushed_commits", "uncommitted_changes"]);
  expect(inspection.repositories[0]?.objectFormat).toBe("sha256");
  expect(scene.questions).toEqual([]);
});

test("a repository with the newer format of refs is unreadable, and its reason says so", async () => {
  await using scene = await KeepScene.set();
  await scene.shell("git config core.repositoryformatversion 1; git config extensions.refstorage reftable");
  const { answer, reasons } = await scene.inspect();
  expect(answer).toBe("unreadable");
  expect(reasons[0]?.reason).toContain("reftable");
});

longStory("a repository without commits is judged by its files, and an empty folder is clean", async () => {
  await using scene = await KeepScene.set(
    "mkdir origin.git empty; git init -q ws; echo x > ws/x; cd ws; git add x",
  );
  expect(codesOf(await scene.inspect())).toEqual(["staged_changes", "untracked_files"]);
  expect(summary(await scene.inspect({ at: "empty" }))).toBe("clean");
});
