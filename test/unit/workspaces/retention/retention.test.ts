import { describe, expect, test } from "../../../support/testing.ts";
import { PROJECT_STATUSES, type ProjectStatus } from "../../../../src/projects/project.ts";
import type { Lease, LeaseKind } from "../../../../src/workspaces/record/workspace.ts";
import { decideRetention } from "../../../../src/workspaces/retention/decide-retention.ts";
import type {
  ProjectFact,
  PullRequestFact,
  RetentionFacts,
} from "../../../../src/workspaces/retention/rules/facts.ts";

const HOUR_MS = 3_600_000;
const NOW = new Date("2026-03-01T12:00:00Z");
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);

/** How long a workspace stays, in hours, as the issue says. */
const HOURS: Partial<Record<ProjectStatus, number>> = {
  cancelled: 0,
  merged: 24,
  closed: 7 * 24,
  failed: 14 * 24,
  completed: 7 * 24,
};

const PULL_REQUESTS = {
  none: [],
  refused: [{ state: "none" }],
  waiting: [{ state: "waiting" }],
  green: [{ state: "open" }],
  red: [{ state: "open", checksFailed: true }],
  conflict: [{ state: "open", conflict: true }],
  changes: [{ state: "open", changesRequested: true }],
  everything: [{ state: "open", checksFailed: true, conflict: true, changesRequested: true }],
  "merged and green": [{ state: "merged" }, { state: "open" }],
  "closed and waiting": [{ state: "closed" }, { state: "waiting" }],
  merged: [{ state: "merged" }],
  closed: [{ state: "closed" }],
} as const satisfies Record<string, readonly Partial<PullRequestFact>[]>;
type PullRequests = keyof typeof PULL_REQUESTS;

const NOTHING_TO_DO = { name: "octo/hello#1", checksFailed: false, conflict: false, changesRequested: false };

const KINDS = ["heartbeat", "phase", "grace", "cleanup"] as const satisfies readonly LeaseKind[];

interface Case {
  readonly status: ProjectStatus;
  readonly pullRequests: PullRequests;
  readonly leases: readonly LeaseKind[];
}

/** Every set of kinds of leases. */
const HELD = KINDS.reduce<LeaseKind[][]>((sets, kind) => sets.flatMap((set) => [set, [...set, kind]]), [[]]);
const CASES = PROJECT_STATUSES.flatMap((status) =>
  (Object.keys(PULL_REQUESTS) as PullRequests[]).map((pullRequests) => ({ status, pullRequests })),
);

function project(
  status: ProjectStatus,
  pullRequests: PullRequests,
  endedAt = hoursAgo(24 * 365),
): ProjectFact {
  const hours = HOURS[status];
  const cause = status as "merged";
  return {
    id: "p-1",
    userId: "user-1",
    status,
    because: "It is so",
    end: hours === undefined ? null : { cause, since: endedAt, keptMs: hours * HOUR_MS, because: "It ended" },
    settingsUnread: false,
    pullRequests: PULL_REQUESTS[pullRequests].map((one) => Object.assign({}, NOTHING_TO_DO, one)),
  };
}

function lease(kind: LeaseKind, until = new Date(NOW.getTime() + HOUR_MS)): Lease {
  return { kind, holder: "project p-1", until, signal: null, since: NOW };
}

const LONG_AGO: RetentionFacts = {
  now: NOW,
  lastActiveAt: hoursAgo(24 * 400),
  leases: [],
  projects: [],
  projectsDropped: 0,
  contains: [],
  outside: null,
};

/** Written from the issue, and not from the rule: whether a workspace whose project ended a year ago may go. */
function mayGo({ status, pullRequests, leases }: Case): boolean {
  if (leases.length > 0) return false;
  if (["green", "red", "conflict", "changes", "everything", "merged and green"].includes(pullRequests))
    return false;
  const isToBeOpened = pullRequests === "waiting" || pullRequests === "closed and waiting";
  if (isToBeOpened && status !== "cancelled") return false;
  return ["cancelled", "merged", "closed", "failed", "completed"].includes(status);
}

describe("whether a workspace may go", () => {
  test.each(CASES)(
    "$status, pull requests: $pullRequests, with every set of leases",
    ({ status, pullRequests }) => {
      for (const leases of HELD) {
        const expected = mayGo({ status, pullRequests, leases });
        const projects = [project(status, pullRequests)];
        const decided = decideRetention({ ...LONG_AGO, projects, leases: leases.map((kind) => lease(kind)) });
        expect({ leases, goes: decided.dueAt !== null && decided.dueAt <= NOW }).toEqual({
          leases,
          goes: expected,
        });
        // What keeps it has a reason, and what does not has none.
        expect({ leases, isKept: decided.reasons.length > 0 }).toEqual({ leases, isKept: !expected });
        for (const { reason, remedy } of decided.reasons) {
          expect(reason).toMatch(/\.$/);
          expect(remedy).toMatch(/\.$/);
        }
      }
    },
  );

  test("the table has every combination, and some of both answers", () => {
    const all = CASES.flatMap((one) => HELD.map((leases) => mayGo({ ...one, leases })));
    expect(all).toHaveLength(10 * 12 * 16);
    expect(all.filter(Boolean)).toHaveLength(5 * 4 + 2);
  });
});

describe("when it may go", () => {
  test.each(Object.entries(HOURS).map(([status, hours]) => ({ status: status as ProjectStatus, hours })))(
    "$status: after $hours hours, and not a moment before",
    ({ status, hours }) => {
      for (const beforeMs of [-1, 0, 1]) {
        const endedAt = new Date(NOW.getTime() - hours * HOUR_MS + beforeMs);
        const decided = decideRetention({ ...LONG_AGO, projects: [project(status, "none", endedAt)] });
        expect(decided.dueAt).toEqual(new Date(NOW.getTime() + beforeMs));
        expect(decided).toMatchObject({ cause: status, because: "It ended", reasons: [] });
      }
    },
  );

  test("an orphan: 30 days after the last sign of work, and not a moment before", () => {
    for (const beforeMs of [-1, 0, 1]) {
      const lastActiveAt = new Date(hoursAgo(30 * 24).getTime() + beforeMs);
      const decided = decideRetention({ ...LONG_AGO, lastActiveAt });
      expect(decided.dueAt).toEqual(new Date(NOW.getTime() + beforeMs));
      expect(decided).toMatchObject({ cause: "orphan", reasons: [] });
    }
  });

  test("work after the end begins the time again: all clocks are old but one (B12)", () => {
    const projects = [project("merged", "merged")];
    const decided = decideRetention({ ...LONG_AGO, projects, lastActiveAt: hoursAgo(2) });
    expect(decided.dueAt).toEqual(hoursAgo(-22));
    // The control: without that sign it is long due.
    expect(decideRetention({ ...LONG_AGO, projects }).dueAt).toEqual(hoursAgo(24 * 364));
  });

  test("work within an hour of the end belongs to the end, so that an announced time stays", () => {
    const projects = [project("merged", "merged", hoursAgo(5))];
    const dueWith = (lastActiveAt: Date) => decideRetention({ ...LONG_AGO, projects, lastActiveAt }).dueAt;
    expect(dueWith(hoursAgo(4))).toEqual(hoursAgo(5 - 24));
    expect(dueWith(new Date(hoursAgo(4).getTime() + 1))).toEqual(new Date(hoursAgo(4 - 24).getTime() + 1));
  });

  test("a lease only moves the time, and says until when (B1)", () => {
    const projects = [project("merged", "merged")];
    const decided = decideRetention({
      ...LONG_AGO,
      projects,
      leases: [lease("heartbeat"), lease("grace", hoursAgo(-3))],
    });
    expect(decided.dueAt).toEqual(hoursAgo(-3));
    expect(decided.reasons.map(({ code }) => code)).toEqual(["leased", "recently_signalled"]);
    expect(decided.reasons[0]?.reason).toContain("2026-03-01T13:00:00.000Z");
  });

  test("two hold it, the first dies: the other one still counts (B4)", () => {
    const projects = [project("cancelled", "none")];
    const leases = [lease("heartbeat", hoursAgo(1)), lease("heartbeat", hoursAgo(-1))];
    expect(decideRetention({ ...LONG_AGO, projects, leases }).dueAt).toEqual(hoursAgo(-1));
    expect(decideRetention({ ...LONG_AGO, projects, leases: leases.slice(0, 1) }).reasons).toEqual([]);
  });
});

describe("a workspace of two projects", () => {
  test("goes when the last one needs it no more", () => {
    const projects = [project("cancelled", "none", hoursAgo(1)), project("failed", "none", hoursAgo(1))];
    const decided = decideRetention({ ...LONG_AGO, projects });
    expect(decided).toMatchObject({ cause: "failed", dueAt: hoursAgo(1 - 14 * 24) });
  });

  test("stays while one of them goes on", () => {
    const projects = [project("merged", "merged"), { ...project("research", "none"), id: "p-2" }];
    const decided = decideRetention({ ...LONG_AGO, projects });
    expect(decided.dueAt).toBeNull();
    expect(decided.reasons).toMatchObject([{ code: "project_unfinished" }]);
    expect(decided.reasons[0]?.reason).toContain("p-2");
  });
});

describe("what keeps it is named", () => {
  const codesOf = (facts: Partial<RetentionFacts>) =>
    decideRetention({ ...LONG_AGO, ...facts }).reasons.map(({ code }) => code);

  test.each([
    ["red", ["pull_request_checks_failed"]],
    ["conflict", ["pull_request_conflict"]],
    ["changes", ["pull_request_changes_requested"]],
    ["everything", ["pull_request_checks_failed", "pull_request_conflict", "pull_request_changes_requested"]],
    ["green", ["pull_request_open"]],
    ["waiting", ["pull_request_waiting"]],
  ] as const)("a pull request that is %s", (pullRequests, codes) => {
    expect(codesOf({ projects: [project("in_review", pullRequests)] })).toEqual(codes);
  });

  test("settings that were not read, others inside, and more projects than a record holds", () => {
    const unread = { ...project("failed", "none"), settingsUnread: true };
    expect(codesOf({ projects: [unread] })).toEqual(["settings_unread"]);
    expect(codesOf({ contains: ['"/w/a/b"'] })).toEqual(["contains_workspace"]);
    expect(codesOf({ projectsDropped: 1 })).toEqual(["too_many_projects"]);
  });

  test("every reason at the same time, the most urgent first", () => {
    const facts = {
      projects: [project("in_review", "red"), project("planning", "none")],
      contains: ['"/w/a/b"'],
      leases: [lease("phase")],
    };
    expect(codesOf(facts)).toEqual([
      "pull_request_checks_failed",
      "project_unfinished",
      "contains_workspace",
      "phase_running",
    ]);
  });
});

test("what its host can never open is never due, and that is the only reason", () => {
  const outside = { code: "outside_root", reason: "It is outside.", remedy: "Name another." } as const;
  for (const status of PROJECT_STATUSES) {
    const projects = [project(status, "green")];
    const decided = decideRetention({ ...LONG_AGO, projects, outside });
    expect(decided).toEqual({ dueAt: null, reasons: [outside] });
  }
});
