import { repairChecks, repairConflict } from "../../fixtures/meta-agent/repair.ts";
import type { RunResult } from "../../fixtures/meta-agent/run-project.ts";
import { landOnBase } from "../../fixtures/meta-agent/seed-repository.ts";
import type { EventWatch } from "./event-watch.ts";
import type { Reporter } from "./reporter.ts";
import type { Stage } from "./stage.ts";
import type { Walked } from "./walk.ts";

const SCAN = "security-scan";

interface Context {
  readonly stage: Stage;
  readonly watch: EventWatch;
  readonly reporter: Reporter;
}

/**
 * Plays the rest: continuous integration, a teammate and a reviewer on GitHub; and the Meta-Agent, whose agents
 * react to nothing but the bot's events. Ends when the pull request is merged.
 *
 * @throws OrbError `no_event` if an expected event does not arrive
 */
export async function followThrough({ number, options, run }: Walked, context: Context): Promise<void> {
  const { project } = options;
  let latest = run;
  if (project.repair.length > 0) {
    await failScan(latest, context);
    await context.watch.next("orb.pull_request.checks_failed");
    latest = await repairChecks(options, latest);
    context.reporter.step("repair", `the agents push ${latest.headSha.slice(0, 7)}`);
  }
  await passChecks(latest, context);
  if (project.later.length > 0) {
    const { gitUrl, gitToken } = context.stage;
    await landOnBase({ project, commits: project.later, gitUrl, gitToken });
    context.reporter.step("teammate", `pushes to ${latest.base} and changes the same lines as the branch`);
  }
  if (project.later.length + project.meanwhile.length > 0) {
    await context.watch.next("orb.pull_request.conflict");
    latest = await repairConflict(options, latest);
    context.reporter.step("repair", `the agents merge ${latest.base} and push ${latest.headSha.slice(0, 7)}`);
    await context.watch.next("orb.pull_request.conflict_resolved");
    await passChecks(latest, context);
  }
  await approveAndMerge(number, context);
}

async function failScan({ headSha }: RunResult, { stage, reporter }: Context): Promise<void> {
  const { github, repository } = stage;
  await github.completeCheckRun(repository, headSha, {
    name: SCAN,
    conclusion: "failure",
    output: {
      title: "1 finding",
      summary: "CSV injection: text that begins with a line feed is not guarded.",
      annotations: [
        {
          path: "src/csv.ts",
          start_line: 50,
          end_line: 50,
          annotation_level: "failure",
          message: "A spreadsheet may drop the line feed and run what follows it as a formula.",
        },
      ],
    },
  });
  reporter.step("ci", `${SCAN} fails on ${headSha.slice(0, 7)}`);
  await passRequired(headSha, stage);
}

async function passChecks({ headSha, repaired }: RunResult, context: Context): Promise<void> {
  const { stage, reporter, watch } = context;
  if (repaired) {
    await stage.github.completeCheckRun(stage.repository, headSha, { name: SCAN, conclusion: "success" });
  }
  await passRequired(headSha, stage);
  reporter.step("ci", `all checks pass on ${headSha.slice(0, 7)}`);
  await watch.next("orb.pull_request.checks_passed");
}

async function passRequired(headSha: string, { github, repository, requiredChecks }: Stage): Promise<void> {
  for (const name of requiredChecks) {
    await github.completeCheckRun(repository, headSha, { name, conclusion: "success" });
  }
}

async function approveAndMerge(number: number, { stage, watch, reporter }: Context): Promise<void> {
  const { github, repository, reviewer } = stage;
  if (github.pullRequest(repository, number).draft) {
    await github.setDraft(repository, number, false, { by: reviewer });
    reporter.step("reviewer", `${reviewer.login} marks it as ready for review`);
    await watch.next("orb.pull_request.ready");
  }
  await github.review(repository, number, { by: reviewer, event: "APPROVE", body: "Clear and tested." });
  reporter.step("reviewer", `${reviewer.login} approves`);
  await watch.next("orb.pull_request.approved");
  await github.mergePullRequest(repository, number, { by: reviewer, method: "squash" });
  reporter.step("reviewer", `${reviewer.login} merges`);
  await watch.next("orb.pull_request.merged");
}
