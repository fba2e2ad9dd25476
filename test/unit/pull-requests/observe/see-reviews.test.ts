import { describe, expect, test } from "@jest/globals";
import { review, sha, snapshot } from "./snapshot.ts";
import { later, Watch } from "./watch.ts";

describe("reviews", () => {
  test("each opinion is told once, and stays told when others come", () => {
    const watch = new Watch();
    const asks = review(1, "changes_requested");
    expect(watch.look(snapshot({ reviews: [asks], updatedAt: later(1) }))).toEqual(["changes_requested"]);
    const approves = review(2, "approved", { author: "bob" });
    expect(watch.look(snapshot({ reviews: [asks, approves], updatedAt: later(2) }))).toEqual(["approved"]);
    expect(watch.edges).toMatchObject([{ because: "bob approved it", review: { id: 2, author: "bob" } }]);
    expect(watch.seen?.review.verdict).toBe("changes_requested");
  });

  test("an approval of a head that is not the head any more is told as that", () => {
    const watch = new Watch();
    const older = review(1, "approved", { commitSha: sha("older") });
    const gone = review(2, "approved", { author: "bob", commitSha: null });
    watch.look(snapshot({ reviews: [older, gone] }));
    expect(watch.edges.map(({ because }) => because)).toEqual([
      `alice approved ${sha("older").slice(0, 7)}, which is no longer its head`,
      "bob approved a commit that is no longer its head",
    ]);
  });

  test("one that is dismissed counts no more, and stands in the history", () => {
    const watch = new Watch();
    watch.look(snapshot({ reviews: [review(1, "approved")], updatedAt: later(1) }));
    expect(watch.look(snapshot({ reviews: [review(1, "dismissed")], updatedAt: later(2) }))).toEqual([]);
    expect(watch.seen?.review).toEqual({ verdict: "none", approvals: [], changesRequested: [] });
    expect(watch.history.at(-1)).toBe("The review by alice no longer counts");
  });

  test("an author who changes their mind has one opinion, and none is said to be gone", () => {
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
  ] as const)("where the base's rules say %s, it is %s", (reviewDecision, verdict) => {
    const watch = new Watch();
    watch.look(snapshot({ reviewDecision }));
    expect(watch.seen?.review.verdict).toBe(verdict);
  });
});
