import { describe, expect, test } from "../../support/testing.ts";
import { ALL_PERMISSIONS, refusal, setScene, recordEvents, nameOf, setPullRequestScene } from "./scene.ts";

describe("a check run", () => {
  test("is created by an App, completed with a conclusion, and found by commit and branch", async () => {
    await using scene = await setPullRequestScene();
    const { octokit, at, app, sha, github } = scene;
    const events = recordEvents(github);
    const { data: run } = await octokit.rest.checks.create({
      ...at,
      name: "orb",
      head_sha: sha,
      status: "in_progress",
      actions: [{ label: "Retry", description: "Try again", identifier: "retry" }],
    });
    expect(run).toMatchObject({
      status: "in_progress",
      conclusion: null,
      app: { id: app.id },
      pull_requests: [{ number: 1 }],
    });
    const annotation = {
      path: "x",
      start_line: 1,
      end_line: 1,
      annotation_level: "notice" as const,
      message: "Hm",
    };
    const output = { title: "Done", summary: "All well", annotations: [annotation] };
    const update = { ...at, check_run_id: run.id, output };
    await octokit.rest.checks.update({ ...update, conclusion: "success" });
    await octokit.rest.checks.update(update);
    expect(events.map(nameOf)).toEqual(["check_run created", "check_run completed", "check_suite completed"]);
    const { data: list } = await octokit.rest.checks.listForRef({ ...at, ref: "agent/x" });
    expect([list.total_count, list.check_runs[0]?.conclusion]).toEqual([1, "success"]);
    const { data: annotations } = await octokit.rest.checks.listAnnotations({ ...at, check_run_id: run.id });
    expect(annotations.map(({ message }) => message)).toEqual(["Hm", "Hm"]);
    const { data: suites } = await octokit.rest.checks.listSuitesForRef({ ...at, ref: sha });
    expect(suites.check_suites[0]).toMatchObject({
      conclusion: "success",
      head_branch: "agent/x",
      id: run.check_suite?.id,
    });
  });

  test("is listed once per name, the newest, unless all are requested", async () => {
    await using scene = await setPullRequestScene();
    const { octokit, at, sha, github, repository } = scene;
    await github.completeCheckRun(repository, "agent/x", { name: "test", conclusion: "failure" });
    await github.startCheckRun(repository, "agent/x", { name: "test" });
    await github.completeCheckRun(repository, "agent/x", { name: "test", conclusion: "success" });
    const list = async (query: object): Promise<(string | null)[]> => {
      const { data } = await octokit.rest.checks.listForRef({ ...at, ref: sha, ...query });
      return data.check_runs.map(({ conclusion }) => conclusion);
    };
    expect([await list({}), await list({ filter: "all" }), await list({ check_name: "other" })]).toEqual([
      ["success"],
      ["failure", "success"],
      [],
    ]);
  });

  test("is refused on unknown commits, with texts and lists that are too long, and by other Apps", async () => {
    await using scene = await setPullRequestScene({ mayViolate: true });
    const { octokit, at, sha, github, repository } = scene;
    const create = (more: object): Promise<unknown> =>
      octokit.rest.checks.create({ ...at, name: "orb", head_sha: sha, ...more });
    const nowhere = "0".repeat(40);
    expect(await refusal(create({ head_sha: nowhere }))).toMatchObject({
      status: 422,
      body: { message: `No commit found for SHA: ${nowhere}` },
    });
    const summary = "x".repeat(65_536);
    expect(await refusal(create({ output: { title: "t", summary } }))).toMatchObject({
      status: 422,
      body: {
        errors: [{ field: "summary", message: "Only 65535 characters are allowed; 65536 were supplied." }],
      },
    });
    const wide = { title: "t", summary: "x", text: `${"日本語".repeat(7_281)}...😀` };
    expect(wide.text.length).toBeLessThan(65_535);
    expect(await refusal(create({ output: wide }))).toMatchObject({
      status: 422,
      body: {
        errors: [{ code: "custom", field: "text", message: "text exceeds a maximum bytesize of 65535" }],
      },
    });
    const run = await github.startCheckRun(repository, sha, { name: "theirs" });
    const call = octokit.rest.checks.update({ ...at, check_run_id: run.id, conclusion: "success" });
    expect(await refusal(call)).toMatchObject({ status: 403 });
  });

  test("can be requested again, and its buttons pressed", async () => {
    await using scene = await setPullRequestScene();
    const { octokit, at, sha, github, repository } = scene;
    const actions = [{ label: "Retry", description: "Try again", identifier: "retry" }];
    await octokit.rest.checks.create({ ...at, name: "orb", head_sha: sha, conclusion: "failure", actions });
    const [run] = repository.checkRuns;
    if (!run) throw new Error("There is no check run");
    const events = recordEvents(github);
    await github.rerequestCheckRun(repository, run);
    await github.pressCheckRunButton(repository, run, "retry");
    expect(events).toEqual([
      expect.objectContaining({ action: "rerequested", checkRun: run }),
      expect.objectContaining({
        action: "requested_action",
        requestedAction: "retry",
        sender: github.octocat,
      }),
    ]);
    expect(() => github.pressCheckRunButton(repository, run, "other")).toThrow(/no button/);
  });
});

test("statuses combine to the worst of each context's newest", async () => {
  await using scene = await setPullRequestScene();
  const { octokit, at, sha, github, repository } = scene;
  const combined = async (): Promise<[string, number]> => {
    const { data } = await octokit.rest.repos.getCombinedStatusForRef({ ...at, ref: "agent/x" });
    return [data.state, data.total_count];
  };
  expect(await combined()).toEqual(["pending", 0]);
  await octokit.rest.repos.createCommitStatus({ ...at, sha, state: "success", context: "ci" });
  expect(await combined()).toEqual(["success", 1]);
  await github.setStatus(repository, "agent/x", { state: "error", context: "lint", description: "Broken" });
  expect(await combined()).toEqual(["failure", 2]);
  await github.setStatus(repository, "agent/x", { state: "success", context: "lint" });
  expect(await combined()).toEqual(["success", 2]);
  const { data } = await octokit.rest.repos.listCommitStatusesForRef({ ...at, ref: sha });
  expect(data.map(({ context, state }) => `${context} ${state}`)).toEqual([
    "lint success",
    "lint error",
    "ci success",
  ]);
});

describe("GitHub Actions", () => {
  const JOB = { name: "test", conclusion: "failure", log: "one\ntwo\n" };

  test("a job of GitHub Actions is a check run with its own page, and its log is stored elsewhere", async () => {
    await using scene = await setScene({ permissions: { ...ALL_PERMISSIONS, actions: "read" } });
    const { github, repository, octokit, at } = scene;
    const run = await github.endJob(repository, "main", JOB);
    const { data } = await octokit.rest.checks.get({ ...at, check_run_id: run.id });
    expect(data.app?.slug).toBe("github-actions");
    expect(data.details_url).toMatch(new RegExp(`/acme/widgets/actions/runs/\\d+/job/${run.id}$`));

    const ask = { ...at, job_id: run.id };
    const sent = await octokit.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", {
      ...ask,
      request: { redirect: "manual" },
    });
    expect(sent.status).toBe(302);
    expect(sent.headers.location).toBe(`${github.url}/storage/logs/${run.id}`);
    expect((await octokit.rest.actions.downloadJobLogsForWorkflowRun(ask)).data).toBe(JOB.log);

    run.log = null;
    const gone = octokit.rest.actions.downloadJobLogsForWorkflowRun(ask);
    expect(await refusal(gone)).toMatchObject({ status: 404 });
  });

  test("the log of a job needs the permission to read actions", async () => {
    await using scene = await setScene();
    const { github, repository, octokit, at } = scene;
    const { id } = await github.endJob(repository, "main", JOB);
    const asked = octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: id });
    const { status, headers } = await refusal(asked);
    expect([status, headers["x-accepted-github-permissions"]]).toEqual([403, "actions=read"]);
  });
});
