import { describe, expect, test } from "../../support/testing.ts";
import type { ProjectFacts, ProjectPullRequest } from "../../../src/projects/project.ts";
import { projectEnd } from "../../../src/projects/rules/clean-up.ts";
import { foldSignal, NO_FACTS } from "../../../src/projects/rules/fold-signal.ts";
import type { WorkspaceDays } from "../../../src/repository-settings/settings.ts";
import type { Signal } from "../../../src/signals/signal.ts";
import { at, completed, created, signal, started } from "./signal-histories.ts";

const DAY = 24 * 60;

function ended(
  number: number,
  status: "merged" | "closed",
  minute: number,
  kept: number,
): ProjectPullRequest {
  const of = { id: String(number), repository: "octo/hello", branch: `agent/${number}` };
  return { ...of, status, number, url: `#${number}`, endedAt: at(minute), workspaceKeptUntil: at(kept) };
}

const merged = ended(1, "merged", 10, 20);
const open: ProjectPullRequest = { ...ended(9, "merged", 0, 0), status: "open", endedAt: null };
const failed = (minute: number) => signal("orb.project.failed", minute, { reason: "No luck" });
const cancelled = (minute: number) => signal("orb.project.cancelled", minute);

function facts(signals: readonly Signal[], more: Partial<ProjectFacts> = {}): ProjectFacts {
  return { ...signals.reduce(foldSignal, NO_FACTS), ...more };
}

/** The minute at which the workspace is due; `null` while the work goes on. */
function dueAt(about: ProjectFacts): Date | null {
  const end = projectEnd(about);
  return end && new Date(end.since.getTime() + end.keptMs);
}

describe("the workspace of a project is due", () => {
  const complete = [created(0), completed(9)];

  test.each([
    { when: "after a merge, when the repository's time has passed", pullRequests: [merged], due: at(20) },
    {
      when: "when the last repository no longer needs it, in any order of the pull requests' ends",
      pullRequests: [ended(2, "closed", 11, 12), merged],
      due: at(20),
    },
    {
      when: "never before the last outcome",
      pullRequests: [ended(2, "closed", 30, 30), merged],
      due: at(30),
    },
  ])("$when", ({ pullRequests, due }) => {
    expect(dueAt(facts(complete, { pullRequests }))).toEqual(due);
  });

  test.each([
    { outcome: "14 days after a failure", signals: [failed(10)], due: at(10 + 14 * DAY), cause: "failed" },
    { outcome: "at once after a cancellation", signals: [cancelled(10)], due: at(10), cause: "cancelled" },
    {
      outcome: "7 days after a completion without a pull request",
      signals: [completed(10)],
      due: at(10 + 7 * DAY),
      cause: "completed",
    },
    {
      outcome: "as long after it if the end of the phase is reported later",
      signals: [completed(10), signal("orb.phase.completed", 11, { phase: "implementation" })],
      due: at(10 + 7 * DAY),
      cause: "completed",
    },
    {
      outcome: "at the end of the last pull request, if it ends after the cancellation",
      signals: [cancelled(10)],
      pullRequests: [ended(1, "closed", 15, 15 + 7 * DAY)],
      due: at(15),
      cause: "cancelled",
    },
    {
      outcome: "after the merge, if its Meta-Agent cancels it later",
      signals: [cancelled(15)],
      pullRequests: [merged],
      due: at(20),
      cause: "merged",
    },
  ])("$outcome", ({ signals, pullRequests = [], due, cause }) => {
    const about = facts([created(0), ...signals], { pullRequests });
    expect(projectEnd(about)).toMatchObject({ cause });
    expect(dueAt(about)).toEqual(due);
  });

  const days: WorkspaceDays = { cancelled: 1, merged: 2, closed: 3, failed: 4, completed: 5 };
  const repositoryRetention = { days, readAt: at(0) };

  test.each([
    { outcome: "failed", signals: [failed(10)], days: 4 },
    { outcome: "cancelled", signals: [cancelled(10)], days: 1 },
    { outcome: "completed", signals: [completed(10)], days: 5 },
  ])("as the settings of its repository say: $outcome", ({ signals, days }) => {
    expect(dueAt(facts([created(0), ...signals], { repositoryRetention }))).toEqual(at(10 + days * DAY));
  });

  test("as the platform says for the project, before the settings of its repository", () => {
    const project = { id: "p-1", name: "Greet", userId: "u-1" };
    const workspace = { host: "h-1", path: "/w/p-1" };
    const retention = { failed: 30, merged: 0 };
    const data = { project, repository: "octo/hello", workspace, retention };
    const wished = signal("orb.project.created", 0, data);
    expect(dueAt(facts([wished, failed(10)], { repositoryRetention }))).toEqual(at(10 + 30 * DAY));
    expect(dueAt(facts([wished, cancelled(10)], { repositoryRetention }))).toEqual(at(10 + DAY));
    expect(dueAt(facts([wished, completed(9)], { pullRequests: [merged] }))).toEqual(at(10));
    const closed = [ended(1, "closed", 10, 30)];
    expect(dueAt(facts([wished, completed(9)], { pullRequests: closed }))).toEqual(at(30));
  });
});

describe("the workspace stays", () => {
  test.each([
    { when: "while a pull request is open", signals: [created(0)], pullRequests: [merged, open] },
    { when: "while one is open, also after a cancellation", signals: [cancelled(5)], pullRequests: [open] },
    { when: "before anything is complete", signals: [created(0), started("planning", 1)] },
    {
      when: "if the agents went on after the merge",
      signals: [started("planning", 11)],
      pullRequests: [merged],
    },
    { when: "if they went on after the completion", signals: [completed(10), started("planning", 11)] },
    { when: "if they went on after the failure", signals: [failed(10), started("planning", 11)] },
  ])("$when", ({ signals, pullRequests = [] }) => {
    expect(projectEnd(facts(signals, { pullRequests }))).toBeNull();
  });
});
