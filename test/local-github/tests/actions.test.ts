import { expect, test } from "@jest/globals";
import { ALL_PERMISSIONS, refusal, setScene } from "./scene.ts";

const JOB = { name: "test", conclusion: "failure", log: "one\ntwo\n" };

test("a job of GitHub Actions is a check run with a page of its own, whose log is kept elsewhere", async () => {
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

test("the log of a job takes the right to read actions", async () => {
  await using scene = await setScene();
  const { github, repository, octokit, at } = scene;
  const { id } = await github.endJob(repository, "main", JOB);
  const asked = octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: id });
  const { status, headers } = await refusal(asked);
  expect([status, headers["x-accepted-github-permissions"]]).toEqual([403, "actions=read"]);
});
