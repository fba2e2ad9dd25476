import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "../support/testing.ts";
import { openHttpDoor } from "../../fixtures/meta-agent/http-door.ts";
import { listProjects, loadProject } from "../../fixtures/meta-agent/load-project.ts";
import type { RunOptions } from "../../fixtures/meta-agent/project-run.ts";
import { repairConflict } from "../../fixtures/meta-agent/repair.ts";
import { runProject } from "../../fixtures/meta-agent/run-project.ts";
import { landOnBase } from "../../fixtures/meta-agent/seed-repository.ts";
import { parseSignal } from "../../src/signals/rules/parse-signal.ts";
import { sampleOrigin } from "../support/sample-origin.ts";
import type { SampleOrigin } from "../support/sample-origin.ts";
import { startSignalSink } from "../support/signal-sink.ts";
import type { SignalSink } from "../support/signal-sink.ts";

function runOptions(origin: SampleOrigin, sink: SignalSink): RunOptions {
  return {
    project: origin.project,
    projectId: "p-1",
    workspaceRoot: origin.workspaceRoot,
    host: "agents-1",
    gitUrl: origin.gitUrl,
    gitToken: null,
    repository: "fjordworks/sample",
    door: openHttpDoor({ url: sink.url, token: "orb_test" }),
    // The clock stands still, so the order of the signals does not depend on it.
    clock: () => new Date("2025-07-01T08:00:00Z"),
  };
}

test.each(await listProjects())(
  "%s: the branch has the commits, the bot understands the signals",
  async (key) => {
    await using origin = await sampleOrigin(key);
    await using sink = await startSignalSink();
    const { project } = origin;

    const result = await runProject(runOptions(origin, sink));

    const log = await origin.git("log", "--reverse", "--format=%s|%an", `main..${project.branch}`);
    expect(log.split("\n").filter((line) => line !== "")).toEqual(
      project.commits.map(({ message, author }) => `${message.split("\n")[0]}|${author.name}`),
    );
    expect(await origin.git("rev-parse", project.branch)).toBe(result.headSha);
    expect(result.baseSha).toBe(origin.baseSha);
    const sent = sink.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    const understood = sent.map((event) => parseSignal(event, new Date()).data);
    expect(understood).toEqual(sent.map(({ data }) => data));
  },
);

test("the signals are CloudEvents in the order of the work, each later than the one before", async () => {
  await using origin = await sampleOrigin("feature");
  await using sink = await startSignalSink();

  const { headSha } = await runProject(runOptions(origin, sink));

  const events = sink.events();
  expect(events.map(({ type, data }) => [type, data?.["phase"] ?? data?.["agent"]].join(" ").trim())).toEqual(
    [
      "orb.project.created",
      "orb.workspace.active",
      "orb.phase.started research",
      "orb.agent.executed research",
      "orb.phase.completed research",
      "orb.phase.started planning",
      "orb.agent.executed planning",
      "orb.phase.completed planning",
      "orb.phase.started implementation",
      ...Array.from({ length: 3 }, () => "orb.workspace.active"),
      ...Array.from({ length: 3 }, () => "orb.agent.executed implementation"),
      "orb.phase.completed implementation",
      "orb.implementation.completed",
    ],
  );
  const times = events.map(({ time }) => Date.parse(time ?? ""));
  expect(times).toEqual(times.map((_, index) => Date.parse("2025-07-01T08:00:00Z") + index));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(new Set(events.map(({ subject }) => subject))).toEqual(new Set(["p-1"]));
  expect(events.at(0)?.data).toEqual({
    project: { id: "p-1", name: "Export invoices as CSV", userId: "user_4821" },
    repository: "fjordworks/sample",
    workspace: { host: "agents-1", path: join(origin.workspaceRoot, "p-1") },
    issue: 1,
  });
  expect(events.at(-1)?.data).toMatchObject({
    project: "p-1",
    repository: "fjordworks/sample",
    branch: "agent/csv-export",
    base: "main",
    headSha,
    type: "feature",
    issues: [1],
    agents: [
      { name: "researcher" },
      { name: "architect" },
      { name: "implementer" },
      { name: "test-writer" },
      { name: "security-reviewer" },
    ],
  });
});

test("research says what the repository really holds, and planning carries the plan", async () => {
  await using origin = await sampleOrigin("fix");
  await using sink = await startSignalSink();

  await runProject(runOptions(origin, sink));

  const completed = sink.events().filter(({ type }) => type === "orb.phase.completed");
  const files = (await origin.git("ls-tree", "-r", "--name-only", "main")).split("\n").length;
  expect(completed[0]?.data?.["summary"]).toContain(`Read ${files} files (most of them 6 \`.py\`, 3 \`.md\``);
  expect(completed[1]?.data?.["plan"]).toEqual(origin.project.phases.planning.plan);
});

test("an agent that worked in two phases is listed once, with the totals", async () => {
  await using origin = await sampleOrigin("fix");
  await using sink = await startSignalSink();

  await runProject(runOptions(origin, sink));

  expect(sink.events().at(-1)?.data?.["agents"]).toEqual([
    { name: "debugger", model: "claude-sonnet-4-5", durationMs: 160_900, costUsd: 0.32 },
    { name: "architect", model: "claude-haiku-4-5", durationMs: 18_400, costUsd: 0.01 },
  ]);
});

test("empty pushes a branch equal to its base", async () => {
  await using origin = await sampleOrigin("empty");
  await using sink = await startSignalSink();

  const { headSha } = await runProject(runOptions(origin, sink));

  expect(headSha).toBe(origin.baseSha);
  expect(await origin.git("rev-parse", origin.project.branch)).toBe(origin.baseSha);
  expect(sink.events().at(-1)?.data).toMatchObject({ headSha: origin.baseSha });
});

test("conflict conflicts in lines that both sides changed, and its repair resolves that", async () => {
  await using origin = await sampleOrigin("conflict");
  await using sink = await startSignalSink();
  const { project, gitUrl } = origin;
  const options: RunOptions = {
    ...runOptions(origin, sink),
    async onStep({ step }) {
      if (step === "workspace")
        await landOnBase({ project, commits: project.meanwhile, gitUrl, gitToken: null });
    },
  };

  const result = await runProject(options);
  await expect(origin.git("merge-tree", "--write-tree", "main", project.branch)).rejects.toMatchObject({
    cause: { stdout: expect.stringContaining("CONFLICT (content): Merge conflict in src/tax.ts") },
  });

  const repaired = await repairConflict(options, result);
  expect(await origin.git("rev-parse", project.branch)).toBe(repaired.headSha);
  await expect(origin.git("merge-tree", "--write-tree", "main", project.branch)).resolves.toMatch(
    /^[0-9a-f]+$/,
  );
  const merged = await origin.git("show", `${project.branch}:src/tax.ts`);
  expect(merged).toContain("EE: { standard: 0.24, reduced: [0.09, 0.13] }");
  expect(sink.events().at(-1)).toMatchObject({
    type: "orb.implementation.completed",
    data: { headSha: repaired.headSha },
  });
});

test("a project without a resolution cannot be repaired, and says so", async () => {
  await using origin = await sampleOrigin("docs");
  await using sink = await startSignalSink();
  const options = runOptions(origin, sink);
  const result = await runProject(options);
  await expect(repairConflict(options, result)).rejects.toMatchObject({ code: "no_resolution" });
});

test("an aborted run signals that the project is cancelled, and why", async () => {
  await using origin = await sampleOrigin("feature");
  await using sink = await startSignalSink();
  const cancel = new AbortController();
  const run = runProject({
    ...runOptions(origin, sink),
    signal: cancel.signal,
    onStep: ({ step }) => {
      if (step === "planning") cancel.abort(new Error("The user changed their mind."));
    },
  });
  await expect(run).rejects.toThrow("The user changed their mind.");
  expect(sink.events().at(-1)).toMatchObject({
    type: "orb.project.cancelled",
    data: { project: "p-1", reason: "The user changed their mind." },
  });
});

test("a failed run signals what went wrong", async () => {
  await using origin = await sampleOrigin("docs");
  await using sink = await startSignalSink();
  const run = runProject({ ...runOptions(origin, sink), gitUrl: `${origin.gitUrl}-gone` });
  await expect(run).rejects.toMatchObject({ code: "git_failed" });
  expect(sink.events().map(({ type }) => type)).toEqual(["orb.project.created", "orb.project.failed"]);
  expect(sink.events().at(-1)?.data?.["reason"]).toMatch(
    /^git clone failed: .*does not appear to be a git repository/,
  );
});

test("if the failure can't be signalled either, both errors are thrown", async () => {
  await using origin = await sampleOrigin("docs");
  await using sink = await startSignalSink((attempt) => ({ status: attempt === 1 ? 202 : 400 }));
  const run = runProject({ ...runOptions(origin, sink), gitUrl: `${origin.gitUrl}-gone` });
  await expect(run).rejects.toMatchObject({ errors: [{ code: "git_failed" }, { code: "signal_refused" }] });
});

test("a second run with the same id does not touch the first one's workspace", async () => {
  await using origin = await sampleOrigin("docs");
  await using sink = await startSignalSink();
  const { workspace } = await runProject(runOptions(origin, sink));
  await expect(runProject(runOptions(origin, sink))).rejects.toMatchObject({ code: "workspace_exists" });
  await expect(readFile(join(workspace.path, "docs/choosing-a-backoff.md"), "utf8")).resolves.toContain(
    "# Choosing a backoff",
  );
});

test.each(["../elsewhere", "a/b", "", "A"])("the project id %j is refused", async (projectId) => {
  await using origin = await sampleOrigin("empty");
  await using sink = await startSignalSink();
  await expect(runProject({ ...runOptions(origin, sink), projectId })).rejects.toMatchObject({
    code: "invalid_project_id",
  });
  expect(sink.requests).toEqual([]);
});

test("git gets the token in a header, and the workspace keeps no copy", async () => {
  await using origin = await sampleOrigin("feature");
  await using sink = await startSignalSink();
  await using gitServer = await startSignalSink(() => ({ status: 404 }));
  const run = runProject({
    ...runOptions(origin, sink),
    gitUrl: `${gitServer.url}/fjordworks/sample.git`,
    gitToken: "ghs_secret",
  });
  await expect(run).rejects.toMatchObject({ message: expect.not.stringContaining("ghs_secret") });
  const [request] = gitServer.requests;
  expect(request?.path).toBe("/fjordworks/sample.git/info/refs?service=git-upload-pack");
  expect(request?.headers.authorization).toBe(
    `Basic ${Buffer.from("x-access-token:ghs_secret").toString("base64")}`,
  );
});

test("a project id is generated if none is given", async () => {
  await using origin = await sampleOrigin("empty");
  await using sink = await startSignalSink();
  const { projectId: _id, ...options } = runOptions(origin, sink);
  const project = await loadProject("empty");
  const { projectId } = await runProject({ ...options, project, branch: "agent/another" });
  expect(projectId).toMatch(/^empty-[0-9a-f]{8}$/);
  expect(await origin.git("rev-parse", "agent/another")).toBe(origin.baseSha);
});
