import { describe, expect, test } from "../../support/testing.ts";
import { changeTypeOf, type Run } from "../../../src/pull-requests/run.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { DeliveryTelemetry } from "../../../src/telemetry/deliveries.ts";
import { JobTelemetry } from "../../../src/telemetry/jobs.ts";
import { ProjectTelemetry } from "../../../src/telemetry/projects.ts";
import { WorkspaceTelemetry } from "../../../src/telemetry/workspaces.ts";
import { PullRequestTelemetry } from "../../../src/telemetry/pull-requests.ts";

const NAME = { project: "p", repository: "octo/hello", branch: "agent/p" };
const PROBLEM = { code: "branch_missing", reason: "It is not there.", remedy: "Push it." };

function instruments() {
  return { log: createLogger({ level: "silent", format: "json" }), metrics: new Metrics() };
}

test("projects are counted by status, and each status by the phase that was reached", async () => {
  const own = instruments();
  const telemetry = new ProjectTelemetry(own);
  const failed = new Map([
    ["planning", 2],
    [null, 1],
  ]);
  telemetry.counted(new Map([["merged", new Map([["implementation", 5]])]]));
  telemetry.counted(new Map([["failed", failed]]));
  const text = await own.metrics.registry.metrics();
  expect(text.match(/^orb_projects.*$/gm)).toEqual([
    'orb_projects{status="failed"} 3',
    'orb_projects_in_phase{status="failed",phase="planning"} 2',
    'orb_projects_in_phase{status="failed",phase="none"} 1',
  ]);
});

test("results of pull requests are counted by type of change, a repeated refusal once", async () => {
  const own = instruments();
  const telemetry = new PullRequestTelemetry(own, ["fix", "docs"]);
  const fix = { ...NAME, changeType: "fix" };
  const unknown = { ...NAME, changeType: null };
  telemetry.opened(fix, { number: 1, durationMs: 5, adopted: true });
  telemetry.moved(fix, { what: "approved", because: "", seconds: null });
  telemetry.moved(fix, { what: "merged", because: "", seconds: 9 });
  telemetry.moved(unknown, { what: "closed", because: "", seconds: null });
  telemetry.refused(unknown, { status: "blocked", problem: PROBLEM, isNews: true });
  telemetry.refused(unknown, { status: "blocked", problem: PROBLEM, isNews: false });
  telemetry.quarantined(fix, { problem: PROBLEM, isNews: true });
  telemetry.quarantined(fix, { problem: PROBLEM, isNews: false });
  const text = await own.metrics.registry.metrics();
  const counted = text.match(/^orb_pull_request_results.* [1-9]\d*$/gm);
  expect(counted?.toSorted()).toEqual([
    'orb_pull_request_results_total{change_type="fix",outcome="failed"} 1',
    'orb_pull_request_results_total{change_type="fix",outcome="merged"} 1',
    'orb_pull_request_results_total{change_type="fix",outcome="opened"} 1',
    'orb_pull_request_results_total{change_type="unknown",outcome="blocked"} 1',
    'orb_pull_request_results_total{change_type="unknown",outcome="closed"} 1',
  ]);
  expect(text).toContain('orb_pull_request_outcomes_total{outcome="blocked"} 2');
  expect(text).toContain('orb_pull_request_results_total{change_type="docs",outcome="merged"} 0');
});

describe("the type that a pull request is counted by is", () => {
  const typeOf = (signal: string | undefined, stored: string | null | undefined, wrote: string | null) =>
    changeTypeOf({
      record: { changeType: stored, completion: { type: signal } },
      wrote: wrote && { changeType: wrote },
    } as Pick<Run, "record" | "wrote">);

  test.each([
    ["that of the new description", "feat", "docs", "test", "test"],
    ["else that of the one before", "feat", "docs", null, "docs"],
    ["else that of the signal", "Feat", null, null, "feature"],
    ["also for a record that is older than this field", "bugfix", undefined, null, "fix"],
    ["else unknown, as with a word that means no type", "constructor", null, null, null],
    ["and with no word", undefined, null, null, null],
  ] as const)("%s", (_title, signal, stored, wrote, expected) => {
    expect(typeOf(signal, stored, wrote)).toBe(expected);
  });
});

test("what an alert waits for is counted from 0, so that the first time is an increase", async () => {
  const own = instruments();
  new JobTelemetry(own).scheduled("sweep");
  new DeliveryTelemetry(own).handles(["push"]);
  new WorkspaceTelemetry(own).decides({ kept: ["unpushed_commits"], causes: ["merged"] });
  const run = { agent: "coder", phase: "planning", outcome: "succeeded", durationMs: 1 } as const;
  new ProjectTelemetry(own).agentExecuted(run);
  const text = await own.metrics.registry.metrics();
  expect(text).toContain('orb_jobs_total{job="sweep",outcome="failed"} 0');
  expect(text).toContain('orb_webhook_deliveries_total{event="push",outcome="dead"} 0');
  expect(text).toContain('orb_webhook_redeliveries_total{outcome="lost"} 0');
  expect(text).toContain('orb_job_delay_seconds_count{job="sweep"} 0');
  expect(text).toContain('orb_cleanups_total{outcome="deferred",reason="unpushed_commits"} 0');
  expect(text).toContain('orb_cleanups_total{outcome="removed",reason="merged"} 0');
  expect(text).toContain('orb_agent_executions_total{agent="coder",phase="planning",outcome="failed"} 0');
});
