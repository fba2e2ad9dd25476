import { describe, expect, test } from "../../../support/testing.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { eventually } from "../../../support/eventually.ts";
import { OrbError } from "../../../../src/errors.ts";
import { codesOf, KeepScene, summary } from "./scene.ts";

const COMMIT = "echo more >> README.md; git commit -qam More";

describe("a workspace whose commits are all on GitHub", () => {
  test("is clean, and GitHub is asked for the very ids", async () => {
    await using scene = await KeepScene.set();
    const inspection = await scene.inspect();
    expect(summary(inspection)).toBe("clean");
    expect(scene.questions[0]?.shas).toContain(await scene.shell("git rev-parse HEAD"));
  });

  longStory("is clean if it has pushed what it made", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${COMMIT}; git push -q origin agent/x`);
    expect(summary(await scene.inspect())).toBe("clean");
  });
});

describe("commits that only the workspace has", () => {
  test("keep it if there is no upstream, and if there is no remote at all (A2)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${COMMIT}; git remote remove origin`);
    // The control: the usual question has no answer, which a careless reader takes for "nothing unpushed".
    expect(await scene.shell("git rev-list --count '@{push}..HEAD' 2>/dev/null || true")).toBe("");
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["unpushed_commits"]);
    expect(inspection.reasons[0]?.reason).toContain('"refs/heads/agent/x"; 1 commit in all');
    expect(inspection.repositories[0]).toMatchObject({ looseCommits: 1, inside: true, kind: "clone" });
  });

  test("keep it although a forged remote-tracking ref names them (A4)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${COMMIT}; git update-ref refs/remotes/origin/agent/x HEAD`);
    expect(await scene.shell("git log --oneline HEAD --not --remotes")).toBe("");
    expect(codesOf(await scene.inspect())).toEqual(["unpushed_commits"]);
  });

  longStory("keep it if only the forged ref leads to them", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      `${COMMIT}; git update-ref refs/remotes/origin/x HEAD; git reset -q --hard HEAD~1; rm -rf .git/logs .git/ORIG_HEAD`,
    );
    expect(codesOf(await scene.inspect())).toEqual(["fetched_commits"]);
  });

  test("keep it if a tag with a message is not there, although its commit is", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("git tag -a v1 -m 'A long story'");
    expect(codesOf(await scene.inspect())).toEqual(["unpushed_tags"]);
    await scene.shell("git push -q origin v1");
    expect(summary(await scene.inspect())).toBe("clean");
  });

  longStory("keep it on a detached HEAD that no ref leads to (A7)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`git checkout -q --detach; ${COMMIT}; rm -rf .git/logs`);
    expect(await scene.shell("git log --oneline --branches --tags --not --remotes")).toBe("");
    expect(codesOf(await scene.inspect())).toEqual(["detached_commits"]);
  });

  test("keep it in every entry of the stash, not only the first (A19)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("for i in 1 2 3; do echo $i >> README.md; git stash -q; done");
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["stash"]);
    const stashes = (await scene.shell("git stash list --format=%H")).split("\n");
    const shas = inspection.repositories[0]?.looseTips.map(({ sha }) => sha);
    expect(shas).toEqual(expect.arrayContaining(stashes));
    // The control: what people use as an archive has one of the three.
    await scene.shell("git bundle create -q ../all.bundle --all");
    expect(await scene.shell("git bundle list-heads ../all.bundle")).not.toContain(stashes[1]);
  });

  test("keep it as notes, tags, other refs, those of an operation, and in the reflog", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`
      lose() { git commit -q --allow-empty -m "$1"; git update-ref "$1" HEAD; git reset -q --hard HEAD~1; }
      git notes add -m 'Remember this'
      lose refs/mine/x; lose refs/bisect/bad; lose refs/tags/mine; lose refs/heads/left
      rm -rf .git/logs .git/ORIG_HEAD; mkdir .git/logs
      git commit -q --allow-empty -m Undone; git reset -q --hard HEAD~1`);
    const { reasons } = await scene.inspect();
    expect(reasons.map(({ code, reason }) => `${code} ${/^\d+/.exec(reason)?.[0]}`)).toEqual([
      "unpushed_commits 1",
      "worktree_refs 1",
      "notes 1",
      "unpushed_tags 1",
      "other_refs 1",
      "reflog_commits 1",
    ]);
  });
});

describe("a linked worktree of a repository elsewhere", () => {
  const LINK = "git worktree add -q -b agent/y ../wt main; cd ../wt";

  test("is clean without commits of its own, also on a base that was never pushed (A6)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${COMMIT}; git worktree add -q -b agent/y ../wt agent/x`);
    const inspection = await scene.inspect({ at: "wt" });
    expect(summary(inspection)).toBe("clean");
    // The control: GitHub alone does not have what it inherited.
    expect(codesOf(await scene.inspect())).toContain("unpushed_commits");
    expect(scene.questions).toHaveLength(1);
  });

  longStory("is kept for a commit of its own, although the main repository would still have it", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${LINK}; ${COMMIT}`);
    expect(codesOf(await scene.inspect({ at: "wt" }))).toContain("unpushed_commits");
  });

  test("is kept for what only it has: its own refs, its reflog, its detached HEAD (A7, A8)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${LINK}
      lose() { git commit -q --allow-empty -m "$1"; git rev-parse HEAD >> ../lost; git update-ref "$1" HEAD; git reset -q --hard HEAD~1; }
      git checkout -q --detach
      lose refs/worktree/keep; lose refs/bisect/bad
      admin=$(git rev-parse --git-dir); rm $admin/logs/HEAD $admin/ORIG_HEAD
      git commit -q --allow-empty -m Undone; git rev-parse HEAD >> ../lost; git reset -q --hard HEAD~1
      git commit -q --allow-empty -m Detached; git rev-parse HEAD >> ../lost`);
    // The control: from the main repository, no listing of all refs names one of them.
    const lost = (await scene.shell("cat ../lost")).split("\n");
    const listed = await scene.shell("git for-each-ref");
    expect(lost.filter((sha) => listed.includes(sha))).toEqual([]);
    const inspection = await scene.inspect({ at: "wt" });
    expect(codesOf(inspection)).toEqual(["detached_commits", "worktree_refs", "reflog_commits"]);
    const found = inspection.repositories[0]?.looseTips.map(({ sha }) => sha);
    expect(found?.toSorted()).toEqual(lost.toSorted());
  });

  longStory("counts in the main repository, if that is the workspace", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      `git worktree add -q --detach inner main; cd inner; ${COMMIT}; cd ..; echo inner >> .git/info/exclude`,
    );
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["detached_commits"]);
    expect(inspection.repositories.map(({ kind }) => kind)).toEqual(["clone", "linked-worktree"]);
  });
});

describe("a clone that borrows objects", () => {
  longStory("is clean without commits of its own, if the lender keeps what it inherited (A6)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${COMMIT}; cd ..; git clone -q --shared ws borrower`);
    expect(summary(await scene.inspect({ at: "borrower" }))).toBe("clean");
    await scene.shell(COMMIT, { at: "borrower" });
    expect(codesOf(await scene.inspect({ at: "borrower" }))).toEqual(["unpushed_commits"]);
  });
});

test("a baseline that was noted at a resume does not excuse the commits before it (B8)", async () => {
  await using scene = await KeepScene.set();
  await scene.shell(COMMIT);
  const baseline = await scene.noteBaseline();
  // The control: by the usual rule, HEAD did not move since the baseline, so there is nothing new.
  expect(baseline.heads[0]?.sha).toBe(await scene.shell("git rev-parse HEAD"));
  expect(codesOf(await scene.inspect({ baseline }))).toEqual(["unpushed_commits"]);
});

const MADE_BETWEEN = {
  tag: ["git tag mine", "unpushed_tags"],
  "remote-tracking ref": ["git update-ref refs/remotes/origin/mine HEAD", "reflog_commits"],
  "packed tag": ["git tag mine; git pack-refs --all", "unpushed_tags"],
} as const;

test.each(
  sampled("refs that are made late", Object.keys(MADE_BETWEEN) as (keyof typeof MADE_BETWEEN)[], [
    "packed tag",
  ]),
)("a %s that an agent made between the signal and the baseline does not excuse its commit", async (what) => {
  const [command, code] = MADE_BETWEEN[what];
  await using scene = await KeepScene.set();
  const thereAtMs = Date.now();
  await eventually("a later time", () => Date.now() > thereAtMs + 20);
  await scene.shell(`git checkout -q --detach; ${COMMIT}; ${command}; git checkout -q agent/x`);
  const baseline = await scene.noteBaseline({ thereAtMs });
  expect(codesOf(await scene.inspect({ baseline }))).toEqual([code]);
  // The control: noted without that moment, the commit counts as one that had been fetched.
  expect((await scene.noteBaseline()).fetched).toContain(
    await scene.shell("git rev-parse -q --verify mine || git rev-parse origin/mine"),
  );
});

test("a refusal of GitHub makes the workspace unreadable, and names what GitHub said", async () => {
  await using scene = await KeepScene.set();
  const inspection = await scene.inspect({
    askGitHub: () =>
      Promise.reject(
        new OrbError({ code: "rate_limited", reason: "The limit is reached.", remedy: "Wait." }),
      ),
  });
  expect(inspection.answer).toBe("unreadable");
  expect(inspection.reasons[0]).toMatchObject({ code: "github_unreadable" });
  expect(inspection.reasons[0]?.reason).toContain("The limit is reached.");
});
