import { describe, expect, test } from "../../../support/testing.ts";
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

  test("is clean if it has pushed what it made", async () => {
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

  test("keep it if only the forged ref leads to them", async () => {
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

  test("keep it on a detached HEAD that no ref leads to (A7)", async () => {
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

  test.each([
    ["notes", "git notes add -m 'Remember this'"],
    [
      "other_refs",
      `${COMMIT}; git update-ref refs/mine/x HEAD; git reset -q --hard HEAD~1; rm -rf .git/logs .git/ORIG_HEAD`,
    ],
    [
      "worktree_refs",
      `${COMMIT}; git update-ref refs/bisect/bad HEAD; git reset -q --hard HEAD~1; rm -rf .git/logs .git/ORIG_HEAD`,
    ],
    ["reflog_commits", `${COMMIT}; git reset -q --hard HEAD~1`],
    ["unpushed_tags", `${COMMIT}; git tag mine; git reset -q --hard HEAD~1; rm -rf .git/logs .git/ORIG_HEAD`],
  ])("keep it as %s", async (code, script) => {
    await using scene = await KeepScene.set();
    await scene.shell(script);
    expect(codesOf(await scene.inspect())).toEqual([code]);
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

  test("is kept for a commit of its own, although the main repository would still have it", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${LINK}; ${COMMIT}`);
    expect(codesOf(await scene.inspect({ at: "wt" }))).toContain("unpushed_commits");
  });

  test.each([
    ["worktree_refs", "git update-ref refs/worktree/keep HEAD; git reset -q --hard HEAD~1"],
    ["worktree_refs", "git update-ref refs/bisect/bad HEAD; git reset -q --hard HEAD~1"],
    ["reflog_commits", "git reset -q --hard HEAD~1"],
    ["detached_commits", "git checkout -q --detach; git branch -qf agent/y main"],
  ])("is kept for %s that only it has: %s (A8)", async (code, script) => {
    await using scene = await KeepScene.set();
    const lose =
      code === "reflog_commits"
        ? ""
        : "rm -f $(git rev-parse --git-path logs/HEAD) $(git rev-parse --git-path ORIG_HEAD)";
    await scene.shell(
      `${LINK}; ${COMMIT}; git rev-parse HEAD > ../sha; ${script}; rm -rf ../ws/.git/logs/refs; ${lose}`,
    );
    // The control: from the main repository, no listing of all refs names the commit.
    const sha = await scene.shell("cat ../sha");
    expect(await scene.shell("git for-each-ref")).not.toContain(sha);
    expect(codesOf(await scene.inspect({ at: "wt" }))).toEqual([code]);
  });

  test("counts in the main repository, if that is the workspace", async () => {
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
  test("is clean without commits of its own, if the lender keeps what it inherited (A6)", async () => {
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
