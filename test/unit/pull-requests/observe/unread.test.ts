import { describe, expect, test } from "../../../support/testing.ts";
import type { CheckState } from "../../../../src/github/facts/branch-rules.ts";
import { check } from "../../github/check-state.ts";
import { review, snapshot } from "./snapshot.ts";
import { Watch } from "./watch.ts";

describe("what GitHub refuses to show", () => {
  const on = (...checks: CheckState[]) => snapshot({ checks });
  const build = (state: CheckState["state"], id = 1) => check("build", state, { id });

  test("of all checks: they have not passed, and nothing is reported", () => {
    const checksRefused = { code: "forbidden", reason: "Not allowed.", remedy: "Allow it." };
    const watch = new Watch();
    expect(watch.look({ ...on(), checksRefused })).toEqual([]);
    expect(watch.seen?.checks).toMatchObject({ verdict: "none", unread: true, requiredPassed: false });
    expect(watch.look(on(build("passed")))).toEqual(["checks_passed"]);
    expect(watch.seen?.checks).toMatchObject({ verdict: "passed", unread: false, requiredPassed: true });
  });

  test.each([
    ["passed", "none"],
    ["failed", "failed"],
    ["pending", "pending"],
  ] as const)("of some checks: if the others have %s, the verdict is %s", (state, verdict) => {
    const checksRefused = { code: "forbidden", reason: "Not allowed.", remedy: "Allow it." };
    const watch = new Watch();
    const edges = watch.look({
      ...snapshot(),
      checks: { states: [build(state)], total: 3 },
      checksRefused,
    });
    expect(edges).toEqual(state === "failed" ? ["checks_failed"] : []);
    const pending = state === "pending" ? 1 : 0;
    expect(watch.seen?.checks).toMatchObject({ verdict, unread: true, requiredPassed: false, pending });
  });

  test("of reviews and labels stays as it was", () => {
    const refused = { code: "forbidden", reason: "Not allowed.", remedy: "Allow it." };
    const watch = new Watch();
    const labels = ["bug"];
    watch.look(snapshot({ pullRequest: { labels }, reviews: [review(1, "approved")] }));
    const hidden = { ...snapshot(), reviewsRefused: refused, labelsRefused: refused };
    expect(watch.look(hidden)).toEqual([]);
    expect(watch.seen).toMatchObject({ labels, review: { verdict: "approved", approvals: [{ id: 1 }] } });
    const other = {
      ...snapshot({ reviews: [review(2, "changes_requested", { author: "bob" })] }),
      reviewsRefused: refused,
    };
    expect(watch.look(other)).toEqual(["changes_requested"]);
    expect(watch.seen?.review).toMatchObject({ approvals: [{ id: 1 }], changesRequested: [{ id: 2 }] });
    watch.look(snapshot());
    expect(watch.seen).toMatchObject({ labels: [], review: { verdict: "none", approvals: [] } });
  });

  test("of the decision about reviews is not read as none required", () => {
    const reviewsRefused = { code: "forbidden", reason: "Not allowed.", remedy: "Allow it." };
    const watch = new Watch();
    watch.look({ ...snapshot({ reviewDecision: "unknown" }), reviewsRefused });
    expect(watch.seen?.review.verdict).toBe("required");
    const reviews = [review(1, "changes_requested")];
    watch.look({ ...snapshot({ reviewDecision: "unknown", reviews }), reviewsRefused });
    expect(watch.seen?.review.verdict).toBe("changes_requested");
  });
});
