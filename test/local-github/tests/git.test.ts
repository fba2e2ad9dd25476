import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { GIT_STARTER_VARIABLE, startGit, startGitHere } from "../git/git-process.ts";
import { cloneWith, nameOf, recordEvents, setPullRequestScene, setScene } from "./scene.ts";

describe("git over HTTP", () => {
  test("a clone has the repository's files, and a push is there when git returns", async () => {
    await using scene = await setScene();
    const { github, repository } = scene;
    await using clone = await cloneWith(github, github.userToken(github.octocat));
    expect(await clone.git("ls-files")).toBe("README.md\nsrc/widget.ts");
    await clone.git("switch", "--quiet", "--create", "agent/feature");
    await clone.write("new.ts", "export const answer = 42;\n");
    await clone.git("add", ".");
    await clone.git("commit", "--quiet", "--message", "Add the answer");
    const events = recordEvents(scene.github);
    await clone.git("push", "--quiet", "origin", "agent/feature");
    const sha = await clone.git("rev-parse", "HEAD");
    expect(await github.branchSha(repository, "agent/feature")).toBe(sha);
    expect(events).toEqual([
      expect.objectContaining({ type: "create", ref: "agent/feature", refType: "branch" }),
      expect.objectContaining({
        type: "push",
        ref: "refs/heads/agent/feature",
        before: "0".repeat(40),
        after: sha,
        created: true,
        sender: github.octocat,
      }),
      expect.objectContaining({
        type: "check_suite",
        action: "requested",
        headSha: sha,
        headBranch: "agent/feature",
      }),
    ]);
  });

  test("an installation token pushes as the App, and only with contents: write", async () => {
    await using scene = await setScene();
    const { github, app, at, octokit } = scene;
    const { data: writing } = await octokit.rest.apps.createInstallationAccessToken({
      installation_id: scene.installation.id,
      permissions: { contents: "write" },
    });
    await using clone = await cloneWith(github, writing.token);
    await clone.git("commit", "--quiet", "--allow-empty", "--message", "Nothing");
    const events = recordEvents(scene.github);
    await clone.git("push", "--quiet", "origin", "HEAD:refs/heads/by-app");
    expect(events.map(({ type, sender }) => [type, sender.login])).toContainEqual(["push", app.bot.login]);

    const { data: reading } = await octokit.rest.apps.createInstallationAccessToken({
      installation_id: scene.installation.id,
      permissions: { contents: "read" },
    });
    await using readOnly = await cloneWith(github, reading.token);
    await expect(readOnly.git("push", "--quiet", "origin", "HEAD:refs/heads/other")).rejects.toThrow(/403/);
    const { data: branches } = await octokit.rest.repos.listBranches(at);
    expect(branches.map(({ name }) => name)).toEqual(["by-app", "main"]);
  });

  test("wrong, expired and missing credentials are refused", async () => {
    await using scene = await setScene();
    const { github, acme } = scene;
    await github.createRepository({ owner: acme, name: "secret", private: true });
    await expect(cloneWith(github, "ghp_nonsense")).rejects.toThrow(
      /could not read Username|Authentication failed/,
    );
    const stranger = github.userToken(github.createUser("stranger"));
    await expect(cloneWith(github, stranger, "acme/secret")).rejects.toThrow(/not found/);
    await using clone = await cloneWith(github, stranger);
    await expect(clone.git("push", "--quiet", "origin", "HEAD:refs/heads/x")).rejects.toThrow(/403/);
  });

  test("the head of an open pull request follows pushes, and a force-push is reported as one", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository } = scene;
    await using clone = await cloneWith(github, github.userToken(github.octocat));
    await clone.git("switch", "--quiet", "agent/x");
    await clone.git("commit", "--quiet", "--amend", "--message", "rewritten");
    const events = recordEvents(scene.github);
    await clone.git("push", "--quiet", "--force", "origin", "agent/x");
    const sha = await clone.git("rev-parse", "HEAD");
    expect(github.pullRequest(repository, 1).headSha).toBe(sha);
    expect(events).toContainEqual(expect.objectContaining({ type: "push", forced: true, after: sha }));
    expect(events).toContainEqual(
      expect.objectContaining({ type: "pull_request", action: "synchronize", after: sha }),
    );
    expect(await clone.git("ls-remote", "origin", "refs/pull/1/head")).toContain(sha);
  });

  test("deleting the head branch closes its pull request, which then can't be reopened", async () => {
    await using scene = await setPullRequestScene();
    const { github, repository } = scene;
    await using clone = await cloneWith(github, github.userToken(github.octocat));
    const events = recordEvents(scene.github);
    await clone.git("push", "--quiet", "origin", ":agent/x");
    expect(github.pullRequest(repository, 1).state).toBe("closed");
    expect(events.map(nameOf)).toEqual(["delete", "push", "pull_request closed"]);
    await expect(github.reopenPullRequest(repository, 1)).rejects.toMatchObject({
      status: 422,
      errors: [{ field: "state", message: "state cannot be changed. The agent/x branch has been deleted." }],
    });
  });

  test("a renamed repository is still reached by git under its old name", async () => {
    await using scene = await setScene();
    const { github, repository } = scene;
    await github.renameRepository(repository, "gadgets");
    await using clone = await cloneWith(github, github.userToken(github.octocat), "acme/widgets");
    expect(await clone.git("ls-files")).toContain("README.md");
  });

  test("an archived repository refuses pushes", async () => {
    await using scene = await setScene();
    const { github, repository } = scene;
    await using clone = await cloneWith(github, github.userToken(github.octocat));
    await github.archive(repository);
    await expect(clone.git("push", "--quiet", "origin", "HEAD:refs/heads/x")).rejects.toThrow(/403/);
  });

  test("concurrent pushes are all reported, each once", async () => {
    await using scene = await setScene();
    const { github } = scene;
    await using clone = await cloneWith(github, github.userToken(github.octocat));
    const events = recordEvents(scene.github);
    const names = ["a", "b", "c", "d"];
    await Promise.all(names.map((name) => clone.git("push", "--quiet", "origin", `HEAD:refs/heads/${name}`)));
    const pushed = events.flatMap((event) => (event.type === "push" ? [event.ref] : []));
    expect(pushed.toSorted()).toEqual(names.map((name) => `refs/heads/${name}`));
  });
});

describe("processes of git", () => {
  const environment = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", LC_ALL: "C" };
  /** More than a pipe and a socket hold before somebody reads. */
  const LARGE = Buffer.alloc(3 * 1024 * 1024, "all bytes \0 and \xff, ");

  test("the tests of a run have a process that starts git for them", () => {
    expect(process.env[GIT_STARTER_VARIABLE]).toMatch(/socket$/);
  });

  describe.each([
    ["from here", startGitHere],
    ["by another process", startGit],
  ])("git that is started %s", (_, start) => {
    const run = (
      args: readonly string[],
      input: Buffer | string = "",
      added: Record<string, string> = {},
    ) => {
      const git = start({ args, environment: { ...environment, ...added } });
      git.input.end(input);
      return git.result;
    };

    test("reads its whole input and returns its output", async () => {
      const { code, stdout, stderr } = await run(["hash-object", "--stdin"], LARGE);
      const id = createHash("sha1").update(`blob ${LARGE.length}\0`).update(LARGE).digest("hex");
      expect({ code, stdout: stdout.toString(), stderr }).toEqual({ code: 0, stdout: `${id}\n`, stderr: "" });
    });

    test("returns bytes unchanged, even many", async () => {
      const { stdout } = await run(["stripspace", "--comment-lines"], LARGE);
      expect(stdout.equals(Buffer.concat([Buffer.from("# "), LARGE, Buffer.from("\n")]))).toBe(true);
    });

    test("returns its exit code, and the reason on stderr", async () => {
      const { code, stdout, stderr } = await run(["no-such-command"]);
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("'no-such-command' is not a git command");
    });

    test("may end before it has read its input", async () => {
      const { code, stdout } = await run(["check-ref-format", "refs/heads/a..b"], LARGE);
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: "" });
    });

    test("sees only the environment that it is given", async () => {
      const { stdout } = await run(["-c", "alias.env=!env", "env"], "", { OF_THE_CALL: "ü" });
      const names = stdout.toString().split("\n");
      expect(names).toContain("OF_THE_CALL=ü");
      expect(names.some((line) => line.startsWith("HOME=") || line.startsWith("JEST_"))).toBe(false);
    });

    test("is not started if it is not installed", async () => {
      await expect(run(["--version"], "", { PATH: "/nowhere" })).rejects.toThrow(/ENOENT/);
    });
  });

  test("the input of git ends when the requesting process hangs up", async () => {
    const folder = await mkdtemp(join(tmpdir(), "orb-git-input-"));
    const toTheEnd = `alias.to-the-end=!cat > '${folder}/input'; touch '${folder}/ended'`;
    const { input, result } = startGit({ args: ["-c", toTheEnd, "to-the-end"], environment });
    input.write("half");
    await eventually(
      "the first half read",
      async () => (await readFile(`${folder}/input`, "utf8").catch(() => "")) === "half",
    );
    input.destroy(new Error("hung up"));
    await expect(result).rejects.toThrow("hung up");
    await eventually("the end of the input", async () => (await readdir(folder)).includes("ended"));
    await rm(folder, { recursive: true });
  });
});
