import { describe, expect, test } from "@jest/globals";
import { check, review, sha, snapshot } from "./snapshot.ts";
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

  test("a first look at an open one tells nothing", () => {
    expect(new Watch().look(snapshot())).toEqual([]);
  });

  test("a draft that is none any more is told as ready, once", () => {
    const watch = new Watch();
    watch.look(draft);
    expect(watch.look(snapshot({ updatedAt: later(5) }))).toEqual(["ready"]);
    expect(watch.look(snapshot({ updatedAt: later(5) }))).toEqual([]);
  });

  const written = { headSha: sha("head"), base: "main", title: "Add a cart", titleWritten: null };

  test("a draft that somebody made ready before the first look is told as ready too", () => {
    expect(new Watch().look(snapshot(), { written: { ...written, draft: true } })).toEqual(["ready"]);
  });

  test("one that is made a draft stands in the history and is told to nobody", () => {
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look({ ...draft, updatedAt: later(5) })).toEqual([]);
    expect(watch.history).toEqual(["Converted to a draft"]);
  });

  test.each([
    { was: false, history: ["Converted to a draft"] },
    { was: true, history: [] },
  ])("also before the first look, where it was opened as a draft: $was", ({ was, history }) => {
    const watch = new Watch();
    expect(watch.look(draft, { written: { ...written, draft: was } })).toEqual([]);
    expect(watch.history).toEqual(history);
  });

  test("closing and opening again are told each time", () => {
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look(closed)).toEqual(["closed"]);
    expect(watch.edges).toMatchObject([{ at: later(10), headExists: false }]);
    expect(watch.look(snapshot({ updatedAt: later(12) }))).toEqual(["reopened"]);
    expect(watch.look({ ...closed, updatedAt: later(14), closedAt: later(14) })).toEqual(["closed"]);
  });

  test("one that was closed is not reopened by an answer that lags", () => {
    const watch = new Watch();
    watch.look(snapshot());
    watch.look(closed);
    expect(watch.look(snapshot())).toEqual([]);
    expect(watch.look(snapshot({ updatedAt: later(10) }))).toEqual([]);
    expect(watch.seen?.lifecycle).toBe("closed");
  });

  test("one that was closed and reopened within a second is open again once no replica can lag", () => {
    const watch = new Watch();
    watch.look(closed);
    expect(watch.look(snapshot({ updatedAt: later(10) }), { afterS: 2 * MINUTE })).toEqual(["reopened"]);
  });

  test("one that is merged is told once, by whom, and never leaves", () => {
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look(merged)).toEqual(["merged"]);
    expect(watch.edges).toMatchObject([{ because: "alice merged it", at: later(20), by: "alice" }]);
    expect(watch.look(merged)).toEqual([]);
    expect(watch.look(snapshot({ updatedAt: later(30) }))).toEqual([]);
    expect(watch.seen?.lifecycle).toBe("merged");
  });

  test("of one that is over nothing else is told", () => {
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

  test("what comes while it is closed is told once it is open again", () => {
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

describe("what moved", () => {
  const moved = snapshot({
    pullRequest: { headSha: sha("repair"), baseRef: "next", title: "Add carts" },
    updatedAt: later(5),
  });

  test("another head, base and title are told as one update", () => {
    const watch = new Watch();
    watch.look(snapshot());
    expect(watch.look(moved)).toEqual(["updated"]);
    expect(watch.edges).toMatchObject([{ moved: ["head", "base", "title"] }]);
  });

  test("what the bot wrote itself is no news", () => {
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

  test("an older answer takes nothing back", () => {
    const watch = new Watch();
    watch.look(moved);
    expect(watch.look(snapshot())).toEqual([]);
    expect(watch.seen).toMatchObject({ headSha: sha("repair"), base: "next", title: "Add carts" });
  });

  test("a branch that goes stands in the history", () => {
    const watch = new Watch();
    watch.look(snapshot());
    watch.look(snapshot({ headExists: false }));
    expect(watch.history).toEqual(["Its branch was deleted"]);
  });
});
