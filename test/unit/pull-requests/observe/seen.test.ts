import { describe, expect, test } from "../../../support/testing.ts";
import type { CheckState } from "../../../../src/github/facts/branch-rules.ts";
import type { Snapshot } from "../../../../src/github/facts/snapshot.ts";
import { check } from "../../github/check-state.ts";
import { review, sha, snapshot } from "./snapshot.ts";
import { MINUTE, Watch, later } from "./watch.ts";

describe("checks", () => {
  const on = (...checks: CheckState[]) => snapshot({ checks });
  const build = (state: CheckState["state"], id = 1) => check("build", state, { id });
  const lint = (state: CheckState["state"], id = 2) => check("lint", state, { id });

  test("a head without checks has neither passed nor failed", () => {
    const watch = new Watch();
    expect(watch.look(on())).toEqual([]);
    expect(watch.seen?.checks).toMatchObject({ verdict: "none", requiredPassed: true });
  });

  test("a failure is reported when all checks have ended, with those that failed", () => {
    const watch = new Watch();
    expect(watch.look(on(build("failed"), lint("pending")))).toEqual([]);
    expect(watch.look(on(build("failed"), lint("passed")))).toEqual(["checks_failed"]);
    expect(watch.edges).toMatchObject([
      {
        because: `build failed on ${sha("head").slice(0, 7)}`,
        headSha: sha("head"),
        failed: [{ id: 1, name: "build", conclusion: "failure", url: null, required: false }],
        pending: 0,
      },
    ]);
    expect(watch.look(on(build("failed"), lint("passed")))).toEqual([]);
  });

  test("a failure that is ten minutes old is reported while other checks run, and again only with other failures", () => {
    const watch = new Watch();
    const standing = on(build("failed"), lint("pending"), check("slow", "pending", { id: 3 }));
    watch.look(standing);
    expect(watch.seen?.checks.untoldFailureSince).not.toBeNull();
    expect(watch.look(standing, { afterS: 9 * MINUTE })).toEqual([]);
    expect(watch.look(standing, { afterS: 1 * MINUTE })).toEqual(["checks_failed"]);
    expect(watch.edges).toMatchObject([{ pending: 2 }]);
    expect(watch.seen?.checks.untoldFailureSince).toBeNull();
    expect(watch.look(standing, { afterS: 20 * MINUTE })).toEqual([]);
    const more = on(build("failed"), lint("failed"), check("slow", "pending", { id: 3 }));
    expect(watch.look(more, { afterS: MINUTE })).toEqual([]);
    expect(watch.look(on(build("failed"), lint("failed"), check("slow", "passed", { id: 3 })))).toEqual([
      "checks_failed",
    ]);
  });

  test("a reported failure is reported as passed after a new run", () => {
    const watch = new Watch();
    watch.look(on(build("failed", 1)));
    expect(watch.look(on(build("pending", 5)))).toEqual([]);
    expect(watch.look(on(build("passed", 5)))).toEqual(["checks_passed"]);
    expect(watch.look(on(build("failed", 1)))).toEqual([]);
    expect(watch.look(on(build("passed", 5)))).toEqual([]);
  });

  test("the same check failing in another run or on another head is reported again", () => {
    const watch = new Watch();
    expect(watch.look(on(build("failed", 1)))).toEqual(["checks_failed"]);
    expect(watch.look(on(build("failed", 5)))).toEqual(["checks_failed"]);
    const repaired = snapshot({
      pullRequest: { headSha: sha("repair") },
      updatedAt: later(60),
      checks: [build("failed", 9)],
    });
    expect(watch.look(repaired)).toEqual(["updated", "checks_failed"]);
  });

  test("a commit status of another build is reported again", () => {
    const status = (build: number) =>
      on(check("ci/jenkins", "failed", { id: null, url: `https://ci.example.org/${build}` }));
    const watch = new Watch();
    expect(watch.look(status(1))).toEqual(["checks_failed"]);
    expect(watch.look(status(1))).toEqual([]);
    expect(watch.look(status(2))).toEqual(["checks_failed"]);
  });

  test("a commit status that fails again with the same words is reported again", () => {
    const status = (reportedAt: string) =>
      on(check("ci/jenkins", "failed", { id: null, url: "https://ci.example.org/", reportedAt }));
    const watch = new Watch();
    expect(watch.look(status("2026-01-01T12:00:00Z"))).toEqual(["checks_failed"]);
    expect(watch.look(status("2026-01-01T12:00:00Z"))).toEqual([]);
    expect(watch.look(status("2026-01-01T12:05:00Z"))).toEqual(["checks_failed"]);
  });

  test("another passing check is not news, unless it was pending", () => {
    const watch = new Watch();
    expect(watch.look(on(build("passed")))).toEqual(["checks_passed"]);
    expect(watch.look(on(build("passed"), lint("passed")))).toEqual([]);
    watch.look(on(build("passed"), lint("passed"), check("slow", "pending", { id: 3 })));
    expect(watch.look(on(build("passed"), lint("passed"), check("slow", "passed", { id: 3 })))).toEqual([
      "checks_passed",
    ]);
  });

  test.each<{ what: string; states: CheckState[]; required: string[] | null; passed: boolean }>([
    {
      what: "a required one passed, another failed",
      states: [check("build", "passed", { required: true }), lint("failed")],
      required: null,
      passed: true,
    },
    {
      what: "a required one has not ended",
      states: [check("build", "pending", { required: true }), lint("passed")],
      required: null,
      passed: false,
    },
    {
      what: "a required one has not reported",
      states: [build("passed")],
      required: ["build", "deploy"],
      passed: false,
    },
    { what: "no check is required and all passed", states: [build("passed")], required: [], passed: true },
    { what: "no check is required and one failed", states: [build("failed")], required: [], passed: false },
  ])("required checks: $what", ({ states, required, passed }) => {
    const watch = new Watch();
    watch.look(on(...states), { requiredChecks: required });
    expect(watch.seen?.checks.requiredPassed).toBe(passed);
  });

  test("if not all checks were read, they have not passed", () => {
    const watch = new Watch();
    expect(watch.look({ ...snapshot(), checks: { states: [build("passed")], total: 101 } })).toEqual([]);
    expect(watch.seen?.checks).toMatchObject({ verdict: "pending", pending: 100, requiredPassed: false });
  });
});

test("a report that still holds is remembered, even after many others", () => {
  const watch = new Watch();
  const reviews = [review(1, "approved")];
  expect(watch.look(snapshot({ reviews }))).toEqual(["approved"]);
  for (let run = 2; run < 300; run++) {
    expect(watch.look(snapshot({ reviews, checks: [check("build", "failed", { id: run })] }))).toEqual([
      "checks_failed",
    ]);
  }
  expect(watch.seen?.told.length).toBe(100);
  expect(new Set(watch.seen?.told).size).toBe(100);
});

describe("merging", () => {
  const at = (base: string, mergeable: Snapshot["mergeable"], head = "head") =>
    snapshot({
      pullRequest: { headSha: sha(head) },
      baseSha: sha(base),
      mergeable,
      updatedAt: later(head === "head" ? 0 : 600),
    });

  test("a conflict is reported with the push that caused it, even if GitHub computes for long", () => {
    const cause = { sha: sha("b1"), pullRequest: 12 };
    const watch = new Watch();
    watch.look(at("b0", "mergeable"));
    expect(watch.look(at("b1", "unknown"), { baseMovedBy: cause })).toEqual([]);
    expect(watch.seen?.mergeability).toMatchObject({ value: "mergeable", stale: true, asked: 1, cause });
    watch.look(at("b1", "unknown"));
    expect(watch.seen?.mergeability.asked).toBe(2);
    expect(watch.look(at("b1", "conflicting"))).toEqual(["conflict"]);
    expect(watch.edges).toMatchObject([
      {
        because: `It conflicts with main at ${sha("b1").slice(0, 7)}, since #12 was merged there`,
        headSha: sha("head"),
        baseSha: sha("b1"),
        cause,
      },
    ]);
    expect(watch.seen?.mergeability).toMatchObject({ value: "conflicting", stale: false, asked: 0 });
  });

  test("a push is the cause only if the base is at its commit", () => {
    const cause = { sha: sha("b1"), pullRequest: 12 };
    const watch = new Watch();
    watch.look(at("b2", "mergeable"), { baseMovedBy: cause });
    expect(watch.seen?.mergeability.cause).toBeNull();
    watch.look(at("b1", "mergeable"), { baseMovedBy: cause });
    watch.look(at("b1", "mergeable"));
    expect(watch.seen?.mergeability.cause).toEqual(cause);
    watch.look(at("b3", "mergeable"));
    expect(watch.seen?.mergeability.cause).toBeNull();
  });

  test("a conflict is reported once for each head, even if the base moves on", () => {
    const watch = new Watch();
    expect(watch.look(at("b1", "conflicting"))).toEqual(["conflict"]);
    expect(watch.look(at("b2", "unknown"))).toEqual([]);
    expect(watch.look(at("b2", "conflicting"))).toEqual([]);
    expect(watch.look(at("b2", "conflicting", "repair"))).toEqual(["updated", "conflict"]);
  });

  test("a conflict is resolved only when GitHub says so", () => {
    const watch = new Watch();
    watch.look(at("b1", "conflicting"));
    expect(watch.look(at("b1", "unknown", "repair"))).toEqual(["updated"]);
    expect(watch.seen?.mergeability).toMatchObject({ value: "conflicting", stale: true });
    expect(watch.look(at("b1", "mergeable", "repair"))).toEqual(["conflict_resolved"]);
    expect(watch.look(at("b1", "mergeable", "repair"))).toEqual([]);
  });

  test("an answer from before the conflict does not resolve it", () => {
    const watch = new Watch();
    watch.look(at("b0", "mergeable"));
    expect(watch.look(at("b1", "conflicting"))).toEqual(["conflict"]);
    expect(watch.look(at("b0", "mergeable"))).toEqual([]);
    expect(watch.look(at("b1", "conflicting"))).toEqual([]);
    expect(watch.look(at("b2", "mergeable"))).toEqual(["conflict_resolved"]);
  });

  test("answers are counted from zero for another pair of commits", () => {
    const watch = new Watch();
    watch.look(at("b0", "unknown"));
    watch.look(at("b0", "unknown"));
    watch.look(at("b1", "unknown"));
    expect(watch.seen?.mergeability.asked).toBe(1);
  });
});

describe("reviews", () => {
  test("each review is reported once, also when others follow", () => {
    const watch = new Watch();
    const asks = review(1, "changes_requested");
    expect(watch.look(snapshot({ reviews: [asks], updatedAt: later(1) }))).toEqual(["changes_requested"]);
    const approves = review(2, "approved", { author: "bob" });
    expect(watch.look(snapshot({ reviews: [asks, approves], updatedAt: later(2) }))).toEqual(["approved"]);
    expect(watch.edges).toMatchObject([{ because: "bob approved it", review: { id: 2, author: "bob" } }]);
    expect(watch.seen?.review.verdict).toBe("changes_requested");
  });

  test("an approval of an older head is reported as such", () => {
    const watch = new Watch();
    const older = review(1, "approved", { commitSha: sha("older") });
    const gone = review(2, "approved", { author: "bob", commitSha: null });
    watch.look(snapshot({ reviews: [older, gone] }));
    expect(watch.edges.map(({ because }) => because)).toEqual([
      `alice approved ${sha("older").slice(0, 7)}, which is no longer its head`,
      "bob approved a commit that is no longer its head",
    ]);
  });

  test("a dismissed review no longer counts, and is in the history", () => {
    const watch = new Watch();
    watch.look(snapshot({ reviews: [review(1, "approved")], updatedAt: later(1) }));
    expect(watch.look(snapshot({ reviews: [review(1, "dismissed")], updatedAt: later(2) }))).toEqual([]);
    expect(watch.seen?.review).toEqual({ verdict: "none", approvals: [], changesRequested: [] });
    expect(watch.history.at(-1)).toBe("The review by alice no longer counts");
  });

  test("a reviewer who changes their mind has one verdict, and none is reported as gone", () => {
    const watch = new Watch();
    watch.look(snapshot({ reviews: [review(1, "approved")], updatedAt: later(1) }));
    watch.look(snapshot({ reviews: [review(2, "changes_requested")], updatedAt: later(2) }));
    expect(watch.seen?.review).toMatchObject({ approvals: [], changesRequested: [{ id: 2 }] });
    expect(watch.history).toEqual(["alice approved it", "alice requested changes"]);
  });

  test.each([
    ["approved", "approved"],
    ["changes_requested", "changes_requested"],
    ["review_required", "required"],
    [null, "none"],
  ] as const)("GitHub's review decision %s gives the verdict %s", (reviewDecision, verdict) => {
    const watch = new Watch();
    watch.look(snapshot({ reviewDecision }));
    expect(watch.seen?.review.verdict).toBe(verdict);
  });
});
