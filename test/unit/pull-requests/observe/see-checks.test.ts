import { describe, expect, test } from "@jest/globals";
import type { CheckState } from "../../../../src/github/facts/branch-rules.ts";
import { check, review, sha, snapshot } from "./snapshot.ts";
import { later, MINUTE, Watch } from "./watch.ts";

describe("checks", () => {
  const on = (...checks: CheckState[]) => snapshot({ checks });
  const build = (state: CheckState["state"], id = 1) => check("build", state, { id });
  const lint = (state: CheckState["state"], id = 2) => check("lint", state, { id });

  test("a head that nobody checks has neither passed nor failed", () => {
    const watch = new Watch();
    expect(watch.look(on())).toEqual([]);
    expect(watch.seen?.checks).toMatchObject({ verdict: "none", requiredPassed: true });
  });

  test("a failure is told when all have ended, with those that failed", () => {
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

  test("a failure that stands for ten minutes is told while others still run, and again only with others", () => {
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

  test("what was told to have failed is told to have passed after it was run anew", () => {
    const watch = new Watch();
    watch.look(on(build("failed", 1)));
    expect(watch.look(on(build("pending", 5)))).toEqual([]);
    expect(watch.look(on(build("passed", 5)))).toEqual(["checks_passed"]);
    expect(watch.look(on(build("failed", 1)))).toEqual([]);
    expect(watch.look(on(build("passed", 5)))).toEqual([]);
  });

  test("the same check that fails in another run or on another head is told again", () => {
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

  test("a commit status that is set for another build is told again", () => {
    const status = (build: number) =>
      on(check("ci/jenkins", "failed", { id: null, url: `https://ci.example.org/${build}` }));
    const watch = new Watch();
    expect(watch.look(status(1))).toEqual(["checks_failed"]);
    expect(watch.look(status(1))).toEqual([]);
    expect(watch.look(status(2))).toEqual(["checks_failed"]);
  });

  test("a commit status that fails once more in the same words is told again", () => {
    const status = (reportedAt: string) =>
      on(check("ci/jenkins", "failed", { id: null, url: "https://ci.example.org/", reportedAt }));
    const watch = new Watch();
    expect(watch.look(status("2026-01-01T12:00:00Z"))).toEqual(["checks_failed"]);
    expect(watch.look(status("2026-01-01T12:00:00Z"))).toEqual([]);
    expect(watch.look(status("2026-01-01T12:05:00Z"))).toEqual(["checks_failed"]);
  });

  test("one more check that passes beside those that did is no news; one that had to be waited for is", () => {
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
    { what: "none is required and all passed", states: [build("passed")], required: [], passed: true },
    { what: "none is required and one failed", states: [build("failed")], required: [], passed: false },
  ])("required checks: $what", ({ states, required, passed }) => {
    const watch = new Watch();
    watch.look(on(...states), { requiredChecks: required });
    expect(watch.seen?.checks.requiredPassed).toBe(passed);
  });

  test("where GitHub refuses to tell of checks, nobody knows that they passed, and nothing is told", () => {
    const checksRefused = { code: "forbidden", reason: "Not allowed.", remedy: "Allow it." };
    const watch = new Watch();
    expect(watch.look({ ...on(), checksRefused })).toEqual([]);
    expect(watch.seen?.checks).toMatchObject({ verdict: "none", unread: true, requiredPassed: false });
    expect(watch.look(on(build("passed")))).toEqual(["checks_passed"]);
    expect(watch.seen?.checks).toMatchObject({ verdict: "passed", unread: false, requiredPassed: true });
  });

  test("where there are more checks than were read, nobody knows that they passed", () => {
    const watch = new Watch();
    expect(watch.look({ ...snapshot(), checks: { states: [build("passed")], total: 101 } })).toEqual([]);
    expect(watch.seen?.checks).toMatchObject({ verdict: "pending", pending: 100, requiredPassed: false });
  });
});

test("what still holds is remembered as told, however much else there is to tell", () => {
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
