import { describe, expect, test } from "../../../support/testing.ts";
import { check } from "../../github/check-state.ts";
import { review, sha, snapshot } from "./snapshot.ts";
import { later, MINUTE, Watch } from "./watch.ts";

describe("the life of a pull request", () => {
  const draft = snapshot({ pullRequest: { draft: true } });
  const closed = snapshot({
    pullRequest: { state: "closed" },
    updatedAt: later(10),
    closedAt: later(10),
    headExists: false,
  });
  const merged = snapshot({
    pullRequest: { state: "closed", merged: true },
    updatedAt: later(20),
    closedAt: later(20),
    mergedAt: later(20),
    mergedBy: "alice",
  });

  test("a first look at an open pull request reports nothing", () => {
    expect(new Watch().look(snapshot())).toEqual([]);
  });

  test("a draft that was marked ready is reported once", () => {
    const watch = new Watch();
    watch.look(draft);
    expect(watch.look(snapshot({ updatedAt: later(5) }))).toEqual(["ready"]);
    expect(watch.look(snapshot({ updatedAt: later(5) }))).toEqual([]);
  });

  const written = { headSha: sha("head"), base: "main", title: "Add a cart", titleWritten: null };

  test("a draft that was marked ready before the first look is reported too", () => {
    expect(new Watch().look(snapshot(), { written: { ...written, draft: true } })).toEqual(["ready"]);
  });

  test("a conversion to a draft is in the history but not reported", () => {
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look({ ...draft, updatedAt: later(5) })).toEqual([]);
    expect(watch.history).toEqual(["Converted to a draft"]);
  });

  test.each([
    { was: false, history: ["Converted to a draft"] },
    { was: true, history: [] },
  ])("also before the first look, if it was opened as a draft: $was", ({ was, history }) => {
    const watch = new Watch();
    expect(watch.look(draft, { written: { ...written, draft: was } })).toEqual([]);
    expect(watch.history).toEqual(history);
  });

  test("closing and reopening are reported each time", () => {
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look(closed)).toEqual(["closed"]);
    expect(watch.edges).toMatchObject([{ at: later(10), headExists: false }]);
    expect(watch.look(snapshot({ updatedAt: later(12) }))).toEqual(["reopened"]);
    expect(watch.look({ ...closed, updatedAt: later(14), closedAt: later(14) })).toEqual(["closed"]);
  });

  test("a stale answer does not reopen a closed pull request", () => {
    const watch = new Watch();
    watch.look(snapshot());
    watch.look(closed);
    expect(watch.look(snapshot())).toEqual([]);
    expect(watch.look(snapshot({ updatedAt: later(10) }))).toEqual([]);
    expect(watch.seen?.lifecycle).toBe("closed");
  });

  test("a pull request that was closed and reopened within a second is open again once no replica can be stale", () => {
    const watch = new Watch();
    watch.look(closed);
    expect(watch.look(snapshot({ updatedAt: later(10) }), { afterS: 2 * MINUTE })).toEqual(["reopened"]);
  });

  test("a merge is reported once, with who merged, and is final", () => {
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look(merged)).toEqual(["merged"]);
    expect(watch.edges).toMatchObject([{ because: "alice merged it", at: later(20), by: "alice" }]);
    expect(watch.look(merged)).toEqual([]);
    expect(watch.look(snapshot({ updatedAt: later(30) }))).toEqual([]);
    expect(watch.seen?.lifecycle).toBe("merged");
  });

  test("nothing more is reported after the end", () => {
    const failed = [check("build", "failed")];
    const reviews = [review(1, "changes_requested")];
    const watch = new Watch();
    expect(watch.look({ ...merged, ...snapshot({ checks: failed, reviews }), ...merged })).toEqual([
      "merged",
    ]);
    const all = {
      ...closed,
      reviews,
      checks: { states: failed, total: 1 },
      mergeable: "conflicting" as const,
    };
    expect(new Watch().look(all)).toEqual(["closed"]);
  });

  test("news during the closed time is reported after the reopening", () => {
    const watch = new Watch();
    const meanwhile = { reviews: [review(1, "approved")], mergeable: "conflicting" } as const;
    watch.look({ ...closed, ...meanwhile });
    expect(watch.look(snapshot({ updatedAt: later(20), ...meanwhile }))).toEqual([
      "reopened",
      "approved",
      "conflict",
    ]);
  });
});

describe("changes to head, base and title", () => {
  const moved = snapshot({
    pullRequest: { headSha: sha("repair"), baseRef: "next", title: "Add carts" },
    updatedAt: later(5),
  });

  test("a new head, base and title are reported as one update", () => {
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look(moved)).toEqual(["updated"]);
    expect(watch.edges).toMatchObject([{ moved: ["head", "base", "title"] }]);
  });

  test("the bot's own changes are not reported", () => {
    const written = {
      headSha: sha("repair"),
      base: "next",
      draft: false,
      title: "Add a cart",
      titleWritten: "Add carts",
    };
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look(moved, { written })).toEqual([]);
    expect(watch.seen).toMatchObject({ headSha: sha("repair"), base: "next", title: "Add carts" });
  });

  test("an older answer undoes nothing", () => {
    const watch = new Watch();
    watch.look(moved);
    expect(watch.look(snapshot())).toEqual([]);
    expect(watch.seen).toMatchObject({ headSha: sha("repair"), base: "next", title: "Add carts" });
  });

  test("a deleted branch is in the history", () => {
    const watch = new Watch();
    watch.look(snapshot());
    watch.look(snapshot({ headExists: false }));
    expect(watch.history).toEqual(["Its branch was deleted"]);
  });
});
