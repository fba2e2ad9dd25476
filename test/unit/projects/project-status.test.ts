import { describe, expect, test } from "../../support/testing.ts";
import type { ProjectPullRequest } from "../../../src/projects/project.ts";
import { foldSignal, NO_FACTS } from "../../../src/projects/rules/fold-signal.ts";
import { projectStatus } from "../../../src/projects/rules/project-status.ts";
import { signalKey } from "../../../src/signals/rules/order.ts";
import type { Signal } from "../../../src/signals/signal.ts";
import { at, completed, created, signal, started } from "./signal-histories.ts";

function facts(signals: readonly Signal[], pullRequests: readonly ProjectPullRequest[] = []) {
  return { ...signals.reduce(foldSignal, NO_FACTS), pullRequests };
}

function pullRequest(
  number: number,
  status: ProjectPullRequest["status"],
  endedAt: Date | null = null,
): ProjectPullRequest {
  const url = `https://github.example/octo/hello/pull/${number}`;
  const about = { id: String(number), repository: "octo/hello", branch: "agent/x", number, url };
  return { ...about, status, endedAt, workspaceKeptUntil: null };
}

const failed = (minute: number, reason?: string) => signal("orb.project.failed", minute, { reason });
const cancelled = (minute: number, reason?: string) => signal("orb.project.cancelled", minute, { reason });

const FAILED = { status: "failed", phase: "implementation", because: "The Meta-Agent reported a failure" };
const MERGED = { status: "merged", phase: "implementation", because: "Its pull requests were merged" };
const CANCELLED = { status: "cancelled", phase: "implementation", because: "The Meta-Agent cancelled it" };
const COMPLETED = {
  status: "completed",
  phase: "implementation",
  because: "The implementation on agent/x is complete",
};
const CLOSED = {
  status: "closed",
  phase: "implementation",
  because: "Its pull requests were closed without merging",
};
const NEW = { status: "created", phase: null, because: "No phase has started yet" };
const PLANNING = { status: "planning", phase: "planning", because: "The planning phase has started" };

describe("a project", () => {
  test.each([
    {
      when: "without any signal",
      signals: [],
      is: NEW,
    },
    {
      when: "that has only been created",
      signals: [created(0)],
      is: NEW,
    },
    {
      when: "whose agents are alive",
      signals: [signal("orb.workspace.active", 1, { workspace: { host: "h", path: "/w" } })],
      is: NEW,
    },
    {
      when: "whose planning has begun",
      signals: [created(0), started("research", 1), started("planning", 2)],
      is: PLANNING,
    },
    {
      when: "with a late signal about an earlier phase",
      signals: [started("implementation", 3), started("research", 1)],
      is: {
        status: "implementation",
        phase: "implementation",
        because: "The implementation phase has started",
      },
    },
    {
      when: "whose phase ended without a signal that it began",
      signals: [signal("orb.phase.completed", 1, { phase: "research" })],
      is: { status: "research", phase: "research", because: "The research phase has started" },
    },
    {
      when: "whose implementation is complete without a signal about a phase",
      signals: [completed(9)],
      is: COMPLETED,
    },
    {
      when: "that failed",
      signals: [started("planning", 1), failed(2, "No quota.")],
      is: { status: "failed", phase: "planning", because: "The Meta-Agent reported a failure: No quota." },
    },
    {
      when: "that failed without a reason",
      signals: [failed(2)],
      is: { status: "failed", phase: null, because: "The Meta-Agent reported a failure" },
    },
    {
      when: "that failed, with older work that was signalled later",
      signals: [failed(2), started("implementation", 1)],
      is: FAILED,
    },
    {
      when: "that failed at the same time as its last work",
      signals: [started("planning", 2), completed(2), failed(2)],
      is: FAILED,
    },
    {
      when: "that failed, and was worked on again",
      signals: [failed(2), started("planning", 3)],
      is: PLANNING,
    },
    {
      when: "that failed, and was completed afterwards",
      signals: [failed(2), completed(3)],
      is: COMPLETED,
    },
    {
      when: "that failed again after it was worked on again",
      signals: [failed(4, "Twice."), started("planning", 3), failed(2, "Once.")],
      is: { status: "failed", phase: "planning", because: "The Meta-Agent reported a failure: Twice." },
    },
    {
      when: "that was cancelled",
      signals: [started("research", 1), cancelled(2, "No need.")],
      is: { status: "cancelled", phase: "research", because: "The Meta-Agent cancelled it: No need." },
    },
    {
      when: "that was cancelled, and then completed",
      signals: [cancelled(2), completed(3), started("planning", 4), failed(5)],
      is: CANCELLED,
    },
    {
      when: "whose pull request is open",
      signals: [completed(9)],
      pullRequests: [pullRequest(1, "closed"), pullRequest(2, "merged"), pullRequest(3, "open")],
      is: {
        status: "in_review",
        phase: "implementation",
        because: "Waiting for review: https://github.example/octo/hello/pull/3",
      },
    },
    {
      when: "with one merged pull request and none open",
      signals: [completed(9)],
      pullRequests: [pullRequest(1, "merged"), pullRequest(2, "closed")],
      is: MERGED,
    },
    {
      when: "whose pull requests were closed",
      signals: [completed(9)],
      pullRequests: [pullRequest(1, "closed")],
      is: CLOSED,
    },
    {
      when: "that was cancelled while its pull request is open",
      signals: [completed(9), cancelled(10)],
      pullRequests: [pullRequest(1, "open")],
      is: CANCELLED,
    },
    {
      when: "that was merged, and then failed or was cancelled",
      signals: [completed(9), failed(12), cancelled(13)],
      pullRequests: [pullRequest(1, "merged", at(11)), pullRequest(2, "closed", at(10))],
      is: MERGED,
    },
    {
      when: "that a person merged after it was cancelled",
      signals: [completed(9), cancelled(10)],
      pullRequests: [pullRequest(1, "merged", at(11))],
      is: MERGED,
    },
    {
      when: "that was worked on after it was merged, and then failed",
      signals: [completed(9), started("planning", 12), failed(13)],
      pullRequests: [pullRequest(1, "merged", at(11))],
      is: FAILED,
    },
    {
      when: "that was cancelled with one pull request open and another merged",
      signals: [completed(9), cancelled(12)],
      pullRequests: [pullRequest(1, "merged", at(11)), pullRequest(2, "open")],
      is: CANCELLED,
    },
    {
      when: "that failed before its pull request was closed",
      signals: [completed(9), failed(10)],
      pullRequests: [pullRequest(1, "closed", at(11))],
      is: CLOSED,
    },
    {
      when: "that failed after its pull request was closed",
      signals: [completed(9), failed(12)],
      pullRequests: [pullRequest(1, "closed", at(11))],
      is: FAILED,
    },
    {
      when: "that was cancelled, and its pull request closed for this reason",
      signals: [completed(9), cancelled(10)],
      pullRequests: [pullRequest(1, "closed", at(11))],
      is: CANCELLED,
    },
  ])("$when is $is.status", ({ signals, pullRequests, is }) => {
    expect(projectStatus(facts(signals, pullRequests))).toEqual(is);
  });
});

describe("the facts of a project", () => {
  test("come from each signal", () => {
    const all = [
      created(0),
      signal(
        "orb.phase.completed",
        1,
        { phase: "planning", agent: "a", plan: { areas: ["src/**"] } },
        { id: "plan" },
      ),
      signal(
        "orb.agent.executed",
        2,
        { agent: "a", phase: "planning", outcome: "failed", durationMs: 5, tokens: 9 },
        { id: "run" },
      ),
      completed(3),
    ];
    const [first, , , last] = all.map(signalKey);

    expect(facts(all)).toEqual({
      created: {
        at: at(0),
        key: first,
        value: {
          name: "Greet",
          userId: "u-1",
          repository: "octo/hello",
          workspace: { host: "h-1", path: "/w/p-1" },
          issue: null,
        },
      },
      failed: null,
      cancelled: null,
      completed: { at: at(3), key: last, value: { repository: "octo/hello", branch: "agent/x" } },
      history: [
        {
          at: at(1),
          key: '["urn:test","plan"]',
          value: {
            phase: "planning",
            step: "completed",
            agent: "a",
            summary: null,
            plan: { areas: ["src/**"], steps: [] },
          },
        },
      ],
      executions: [
        {
          at: at(2),
          key: '["urn:test","run"]',
          value: {
            agent: "a",
            phase: "planning",
            outcome: "failed",
            durationMs: 5,
            tokens: 9,
            costUsd: null,
            model: null,
          },
        },
      ],
      lastActiveAt: at(3),
      pullRequests: [],
    });
  });

  test("are the latest; at the same time, those of the later name", () => {
    const one = created(1, "One", { id: "a" });
    const other = created(1, "Other", { id: "b" });
    const older = created(0, "Older", { id: "c" });
    expect(facts([older, other, one]).created?.value.name).toBe("Other");
    expect(facts([one, other, older]).created?.value.name).toBe("Other");
  });

  test("keep the pull requests after any signals", () => {
    const known = facts([completed(1)], [pullRequest(1, "open")]);
    expect(foldSignal(known, failed(2)).pullRequests).toEqual([pullRequest(1, "open")]);
  });
});
