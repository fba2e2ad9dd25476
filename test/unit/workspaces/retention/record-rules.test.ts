import { describe, expect, test } from "../../../support/testing.ts";
import type { OutlineFacts } from "../../../../src/projects/project.ts";
import { NO_FACTS } from "../../../../src/projects/rules/fold-signal.ts";
import type { LivePullRequest } from "../../../../src/pull-requests/record/store.ts";
import { newWorkspace } from "../../../../src/workspaces/record/new-workspace.ts";
import type { Kept, StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import type { Retention } from "../../../../src/workspaces/retention/decide-retention.ts";
import { afterDecision } from "../../../../src/workspaces/retention/rules/after-decision.ts";
import { ownerOf } from "../../../../src/workspaces/retention/rules/owner.ts";
import { projectFact } from "../../../../src/workspaces/retention/rules/project-fact.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const BEFORE = new Date("2026-03-01T11:00:00Z");
const LATER = new Date("2026-03-01T13:00:00Z");
const REASON = { code: "project_unfinished", reason: "It goes on.", remedy: "Finish it." } as const;

describe("what the record of a pull request means for the workspace", () => {
  const live = (more: Partial<LivePullRequest>): LivePullRequest => ({
    project: "p-1",
    repository: "octo/hello",
    branch: "agent/x",
    status: "open",
    pullRequest: { url: "#1" },
    seen: null,
    ...more,
  });
  const seen = (more: Partial<NonNullable<LivePullRequest["seen"]>> = {}): LivePullRequest["seen"] => ({
    lifecycle: "open",
    checks: { verdict: "passed" },
    review: { verdict: "approved" },
    mergeability: { value: "mergeable" },
    ...more,
  });
  const factOf = (more: Partial<LivePullRequest>) => {
    const about = { id: "p-1", status: "in_review", because: "", facts: NO_FACTS, end: null } as const;
    return projectFact(about, [live(more)]).pullRequests[0];
  };

  test.each([
    { title: "open, not looked at yet", record: {}, fact: { state: "open", checksFailed: false } },
    { title: "open and green", record: { seen: seen() }, fact: { state: "open", checksFailed: false } },
    {
      title: "with failed checks",
      record: { seen: seen({ checks: { verdict: "failed" } }) },
      fact: { state: "open", checksFailed: true, conflict: false, changesRequested: false },
    },
    {
      title: "with a conflict",
      record: { seen: seen({ mergeability: { value: "conflicting" } }) },
      fact: { conflict: true, checksFailed: false, changesRequested: false },
    },
    {
      title: "with requested changes",
      record: { seen: seen({ review: { verdict: "changes_requested" } }) },
      fact: { changesRequested: true, checksFailed: false, conflict: false },
    },
    { title: "a draft", record: { seen: seen({ lifecycle: "draft" }) }, fact: { state: "open" } },
    {
      title: "to be opened",
      record: { status: "queued", pullRequest: null },
      fact: { state: "waiting", name: "agent/x in octo/hello" },
    },
    { title: "refused", record: { status: "blocked", pullRequest: null }, fact: { state: "none" } },
    {
      title: "open, its update refused",
      record: { status: "blocked", seen: seen() },
      fact: { state: "open" },
    },
    { title: "open, to be updated", record: { status: "queued", seen: seen() }, fact: { state: "open" } },
  ] as const)("$title", ({ record, fact }) => {
    expect(factOf(record)).toMatchObject(fact);
  });

  test("one that the project has and no record is as the project says", () => {
    const of = { id: "1", repository: "octo/hello", branch: "b", number: 2, url: "#2", endedAt: null };
    const pullRequests = [{ ...of, status: "open", workspaceKeptUntil: null } as const];
    const about = { id: "p-1", status: "in_review", because: "", end: null } as const;
    const { pullRequests: found } = projectFact({ ...about, facts: { ...NO_FACTS, pullRequests } }, []);
    expect(found).toMatchObject([{ name: "#2", state: "open" }]);
  });

  const days = { cancelled: 0, merged: 1, closed: 7, failed: 14, completed: 7 };
  const value = {
    name: "",
    userId: "user-1",
    repository: "octo/hello",
    workspace: { host: "h", path: "/w" },
    issue: null,
  };
  const created = { at: BEFORE, key: "", value };

  test.each([
    { title: "not read yet", cause: "failed", facts: { created }, unread: true },
    {
      title: "read",
      cause: "failed",
      facts: { created, repositoryRetention: { days, readAt: NOW } },
      unread: false,
    },
    {
      title: "overruled by the project",
      cause: "failed",
      facts: { created: { ...created, value: { ...value, retention: { failed: 1 } } } },
      unread: false,
    },
    {
      title: "overruled for another outcome",
      cause: "cancelled",
      facts: { created: { ...created, value: { ...value, retention: { failed: 1 } } } },
      unread: true,
    },
    { title: "brought by the pull request", cause: "merged", facts: { created }, unread: false },
    { title: "of no known repository", cause: "failed", facts: {}, unread: false },
  ] as const)("the settings of its repository are $title", ({ cause, facts, unread }) => {
    const end = { cause, since: BEFORE, keptMs: 0, because: "" };
    const all: OutlineFacts = { ...NO_FACTS, ...facts };
    expect(
      projectFact({ id: "p-1", status: "failed", because: "", facts: all, end }, []).settingsUnread,
    ).toBe(unread);
  });
});

describe("what a decision changes in the record", () => {
  const workspace = newWorkspace({ host: "h-1", path: "/w/a", noticedBy: "signal", at: BEFORE, now: BEFORE });
  const due = (dueAt: Date): Retention => ({ dueAt, because: "It was merged", cause: "merged", reasons: [] });
  const kept = { ...REASON, by: "cleanup", since: BEFORE } as unknown as Kept;
  const change = (before: Partial<StoredWorkspace>, decided: Retention) =>
    afterDecision({ ...workspace, ...before }, decided, { now: NOW, projects: [] });

  test.each([
    { title: "goes later", before: {}, decided: due(LATER), status: "scheduled" },
    { title: "may go now", before: {}, decided: due(BEFORE), status: "scheduled" },
    {
      title: "may go now, but a clean-up found reasons",
      before: { kept: [kept] },
      decided: due(BEFORE),
      status: "kept",
    },
    {
      title: "goes later, and reasons were found",
      before: { kept: [kept] },
      decided: due(LATER),
      status: "scheduled",
    },
    {
      title: "is used again",
      before: { status: "scheduled", dueAt: BEFORE },
      decided: { dueAt: null, reasons: [REASON] },
      status: "active",
    },
  ] as const)("it $title: $status", ({ before, decided, status }) => {
    expect(change(before, decided)).toMatchObject({ status, dueAt: decided.dueAt });
  });

  test("the same decision again changes nothing; a reason keeps its age", () => {
    const first = change({}, { dueAt: null, reasons: [REASON] });
    expect(first?.kept).toMatchObject([{ ...REASON, since: NOW, owner: { kind: "operator", name: "h-1" } }]);
    expect(change({ ...first }, { dueAt: null, reasons: [REASON] })).toBeNull();
  });

  test.each(["cleaning", "missing", "removed"] as const)("nothing while it is %s", (status) => {
    expect(change({ status }, due(BEFORE))).toBeNull();
  });
});

describe("who owns a reason to keep (D5)", () => {
  const host = "h-1";
  const projects = [
    { id: "p-2", userId: "second" },
    { id: "p-1", userId: "first" },
  ];

  test("work and projects: the user of the first project", () => {
    for (const code of ["unpushed_commits", "stash", "project_unfinished", "pull_request_checks_failed"]) {
      expect(ownerOf({ code }, { host, projects })).toEqual({ kind: "user", name: "first", project: "p-1" });
    }
  });

  test("rights, mounts and what else is the host's: its operator", () => {
    for (const code of [
      "other_owner",
      "mount_inside",
      "immutable",
      "read_only",
      "no_archive",
      "btrfs_subvolume",
    ]) {
      expect(ownerOf({ code }, { host, projects })).toEqual({
        kind: "operator",
        name: "h-1",
        project: "p-1",
      });
    }
  });

  test("an orphan, and projects of unknown users: the operator", () => {
    const operator = { kind: "operator", name: "h-1", project: null };
    expect(ownerOf({ code: "stash" }, { host, projects: [] })).toEqual(operator);
    expect(ownerOf({ code: "stash" }, { host, projects: [{ id: "p-1", userId: null }] })).toEqual(operator);
  });
});
