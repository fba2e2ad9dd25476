import { rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "../../../support/testing.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { codesOf, KeepScene, summary } from "./scene.ts";

const DAMAGES = {
  "a link": "mv .git ../git; ln -s ../git .git",
  "a file with nonsense": "rm -rf .git; echo nonsense > .git",
  "a folder without objects": "rm -rf .git/objects",
  "a HEAD with nonsense": "echo nonsense > .git/HEAD",
  "a ref with nonsense": "echo nonsense > .git/refs/heads/x",
  "a FIFO for a ref": "mkfifo .git/refs/heads/x",
  "a FIFO for its attributes": "mkfifo .gitattributes",
  "a FIFO for an object": "mkfifo .git/objects/aa",
  "a FIFO for its alternates": "mkdir -p .git/objects/info; mkfifo .git/objects/info/alternates",
  "a link for a ref": "ln -s /etc/passwd .git/refs/heads/x",
  "packed refs with nonsense": "echo nonsense > .git/packed-refs",
  "a ref without its commit": "echo 1234567890123456789012345678901234567890 > .git/refs/heads/x",
  "a damaged index": "echo nonsense > .git/index",
  "a damaged configuration": "echo '[core' >> .git/config",
  "a reflog with nonsense": "echo nonsense >> .git/logs/HEAD",
} as const;
const damaged = sampled("damages of a repository", Object.keys(DAMAGES) as (keyof typeof DAMAGES)[], [
  "a FIFO for its attributes",
  "a ref without its commit",
]);

describe("a repository that is not where it seems to be", () => {
  test("is unreadable if its work tree is another folder (A15)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("git clone -q origin.git other", { at: "." });
    await scene.shell(`git config core.worktree ${join(scene.root, "other")}; echo lost > README.md`);
    // The control: git answers for the other folder, and truthfully.
    expect(await scene.shell("git status --porcelain")).toBe("");
    const { answer, reasons } = await scene.inspect();
    expect(answer).toBe("unreadable");
    expect(reasons.map(({ code }) => code)).toContain("answers_for_another_folder");
  });

  test("is no repository if its pointer is lost: all files count (A16)", async () => {
    await using scene = await KeepScene.set();
    // The workspace lies in another repository, which ignores it.
    await scene.shell(
      "git worktree add -q inner; echo inner >> .git/info/exclude; rm inner/.git; echo mine > inner/new.ts",
    );
    expect(await scene.shell("git status --porcelain", { at: "ws/inner" })).toBe("");
    const inspection = await scene.inspect({ at: "ws/inner" });
    expect(codesOf(inspection)).toEqual(["untracked_files"]);
    expect(inspection.repositories).toEqual([]);
    expect(inspection.files.unknown.paths.map(String)).toContain("new.ts");
  });

  longStory("is unreadable if its pointer leads to the admin folder of another worktree", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("git worktree add -q ../one; git worktree add -q ../two; cp ../one/.git ../two/.git");
    const { answer, reasons } = await scene.inspect({ at: "two" });
    expect(answer).toBe("unreadable");
    expect(reasons[0]?.reason).toContain("belongs to another worktree");
  });

  test.each(damaged)("is unreadable with %s", async (damage) => {
    await using scene = await KeepScene.set();
    await scene.shell(DAMAGES[damage]);
    const inspection = await scene.inspect();
    expect(inspection.answer).toBe("unreadable");
    expect(codesOf(inspection)).toContain(
      DAMAGES[damage].includes("mkfifo") ? "files_unreadable" : "git_unreadable",
    );
  });
});

describe("repositories inside", () => {
  const NESTED = "git init -q inner; cd inner; git commit -q --allow-empty -m Inner; cd ..";

  test("keep the workspace also below an ignored folder (A18)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`mkdir node_modules; cd node_modules; ${NESTED}`);
    // The control: no form of status names it.
    expect(
      await scene.shell(
        "git status --porcelain --untracked-files=all --ignored | grep -v '^!! node_modules/' || true",
      ),
    ).toBe("");
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["unpushed_commits"]);
    expect(inspection.repositories.map(({ path }) => String(path))).toEqual(["", "node_modules/inner"]);
  });

  longStory("keep it if they are bare (A18)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`${NESTED}; git clone -q --bare inner target/cache.git; rm -rf inner`);
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toEqual(["unpushed_commits"]);
    expect(inspection.repositories[1]).toMatchObject({ kind: "bare", path: Buffer.from("target/cache.git") });
  });

  test("are asked for at the address of their own remote", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      "git clone -q ../origin.git target/dep; git -C target/dep remote set-url origin git@github.com:acme/dep.git",
    );
    expect(summary(await scene.inspect())).toBe("clean");
    expect(scene.questions.map(({ repository }) => repository)).toEqual([null, "acme/dep"]);
  });

  longStory("keep it with an unpushed commit two submodules deep (A17)", async () => {
    await using scene = await KeepScene.set(`
      for n in inner middle origin; do git init -q --bare -b main $n.git; done
      git clone -q inner.git i 2>/dev/null; cd i; echo i > i; git add .; git commit -qm I; git push -q origin HEAD:main; cd ..
      git clone -q middle.git m 2>/dev/null; cd m; git submodule --quiet add ../inner.git inner; git commit -qm M; git push -q origin HEAD:main; cd ..
      git clone -q origin.git o 2>/dev/null; cd o; git submodule --quiet add ../middle.git middle; git commit -qm O; git push -q origin HEAD:main; cd ..
      git clone -q --recurse-submodules origin.git ws 2>/dev/null`);
    const url = "git config remote.origin.url https://github.com/acme/x";
    await scene.shell(`git -C middle ${url.slice(4)}; git -C middle/inner ${url.slice(4)}`);
    const ask = async (question: { readonly shas: readonly string[] }) => {
      const known = new Set(
        await scene
          .shell("for r in ../*.git; do git -C $r rev-list --all; done")
          .then((all) => all.split("\n")),
      );
      const held = new Set(question.shas.filter((sha) => known.has(sha)));
      return { held, present: held, heads: [] };
    };
    expect(summary(await scene.inspect({ askGitHub: ask }))).toBe("clean");
    await scene.shell(
      "cd middle/inner; git checkout -q --detach; git commit -q --allow-empty -m Deep; cd ..; git config submodule.inner.ignore all; git -C .. config submodule.middle.ignore all",
    );
    expect(await scene.shell("git status --porcelain")).toBe("");
    const inspection = await scene.inspect({ askGitHub: ask });
    expect(codesOf(inspection)).toEqual(expect.arrayContaining(["detached_commits", "uncommitted_changes"]));
    expect(inspection.reasons.find(({ code }) => code === "detached_commits")?.reason).toContain(
      "middle/inner",
    );
  });

  longStory(
    "count as a submodule of a linked worktree, whose refs lie in the admin folder (A17)",
    async () => {
      await using scene = await KeepScene.set();
      await scene.shell(`git submodule --quiet add ../origin.git sub; git commit -qm Sub; git push -q origin agent/x
      git worktree add -q --detach ../wt; cd ../wt; git submodule --quiet update --init
      cd sub; git remote set-url origin https://github.com/acme/sub; git checkout -q -b mine; git commit -q --allow-empty -m Mine; git checkout -q --detach HEAD~1; rm -rf $(git rev-parse --git-dir)/logs`);
      const inspection = await scene.inspect({ at: "wt" });
      expect(codesOf(inspection)).toEqual(["unpushed_commits"]);
      // The control: it is gone with the worktree.
      await scene.shell("git worktree remove --force ../wt");
      expect(await scene.shell("ls .git/worktrees 2>/dev/null || echo gone")).toBe("gone");
    },
  );

  test("count also if a submodule was removed and only its admin folder is left (A17)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(`git submodule --quiet add ../origin.git sub; git commit -qm Sub; git push -q origin agent/x
      git -C sub commit -q --allow-empty -m Mine; git submodule --quiet deinit -f sub`);
    expect(await scene.shell("git status --porcelain")).toBe("");
    const inspection = await scene.inspect();
    expect(codesOf(inspection)).toContain("unpushed_commits");
    expect(inspection.repositories[1]).toMatchObject({ kind: "bare", path: Buffer.from(".git/modules/sub") });
  });
});

describe("a workspace that others need", () => {
  test("is kept if it is the main repository of a worktree elsewhere (C2)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("git worktree add -q ../elsewhere main");
    const { answer, reasons } = await scene.inspect();
    expect(answer).toBe("work");
    expect(reasons[0]).toMatchObject({ code: "worktree_elsewhere" });
    expect(reasons[0]?.reason).toContain(join(scene.root, "elsewhere"));
    await scene.shell("git worktree remove ../elsewhere");
    expect(summary(await scene.inspect())).toBe("clean");
  });

  longStory("is kept if the worktree is out of reach, as if its disk were not mounted (C4)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("mkdir ../disk; git worktree add -q ../disk/elsewhere main; mv ../disk ../unmounted");
    const { reasons } = await scene.inspect();
    expect(reasons[0]?.reason).toContain("out of reach");
  });

  test("is kept while the worktree is in the trash, and in the moment in which it is put back", async () => {
    await using scene = await KeepScene.set();
    await scene.shell("git worktree add -q ../lw main");
    const lw = join(scene.root, "lw");
    await rename(lw, join(scene.root, "in-trash"));
    expect(summary(await scene.inspect())).toBe("clean");
    expect(summary(await scene.inspect({ host: { inTrash: async () => [`${lw}-other`] } }))).toBe("clean");
    for (const path of [lw, scene.root]) {
      const { answer, reasons } = await scene.inspect({ host: { inTrash: async () => [path] } });
      expect([answer, reasons.length]).toEqual(["work", 1]);
      expect(reasons[0]).toMatchObject({ code: "worktree_elsewhere" });
      expect(reasons[0]?.reason).toContain("1 of them is in the trash now.");
    }
    const putBack = async () => rename(join(scene.root, "in-trash"), lw).then(() => []);
    expect(codesOf(await scene.inspect({ host: { inTrash: putBack } }))).toEqual(["worktree_elsewhere"]);
  });

  test("is kept if another workspace borrows objects from it (C3)", async () => {
    await using scene = await KeepScene.set();
    expect(summary(await scene.inspect())).toBe("clean");
    const borrowers = { known: [join(scene.root, "borrower")], unread: [] };
    const { answer, reasons } = await scene.inspect({ borrowers });
    expect(answer).toBe("work");
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatchObject({ code: "lends_objects" });
    expect(reasons[0]?.reason).toContain("1 other workspace ");
    // The control: without the lender, git is broken in the borrower, and status does not always say so.
    await scene.shell("git clone -q --shared ws borrower; mv ws gone", { at: "." });
    expect(await scene.shell("git log -1 2>&1 || true", { at: "borrower" })).toContain("bad object HEAD");
  });

  test("is kept if another workspace can't be read, with the true reason and what to do there", async () => {
    await using scene = await KeepScene.set();
    const other = { path: "/w/other", reason: `"data" is a mount point.`, remedy: "Unmount it." };
    const { reasons } = await scene.inspect({ borrowers: { known: [], unread: [other] } });
    expect(reasons).toMatchObject([
      { code: "borrowers_unknown", remedy: expect.stringContaining("Unmount it.") },
    ]);
    expect(reasons[0]?.reason).toContain(`"/w/other". In the first one: "data" is a mount point.`);
  });

  test("is kept if it was locked, with the age and the words of the lock (B6, B7)", async () => {
    await using scene = await KeepScene.set();
    await scene.shell(
      "git worktree add -q --detach ../wt main; git worktree lock --reason 'pid 4711 works here' ../wt",
    );
    const { answer, reasons } = await scene.inspect({
      at: "wt",
      now: new Date(Date.now() + 35.5 * 86_400_000),
    });
    expect(answer).toBe("work");
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatchObject({ code: "worktree_locked" });
    expect(reasons[0]?.reason).toContain('was locked 35 days ago, with the reason "pid 4711 works here"');
    expect(await scene.shell("git worktree list --porcelain")).toContain("locked pid 4711");
  });
});
