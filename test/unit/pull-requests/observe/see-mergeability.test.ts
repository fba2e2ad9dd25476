import { describe, expect, test } from "@jest/globals";
import type { Snapshot } from "../../../../src/github/facts/snapshot.ts";
import { sha, snapshot } from "./snapshot.ts";
import { later, Watch } from "./watch.ts";

describe("merging", () => {
  const at = (base: string, mergeable: Snapshot["mergeable"], head = "head") =>
    snapshot({
      pullRequest: { headSha: sha(head) },
      baseSha: sha(base),
      mergeable,
      updatedAt: later(head === "head" ? 0 : 600),
    });

  test("a conflict is told with the push that brought it, however long GitHub computes", () => {
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

  test("a push is the cause of what the base is because of it, and of nothing else", () => {
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

  test("it is told once for a head, however the base moves on, and again for a head that conflicts still", () => {
    const watch = new Watch();
    expect(watch.look(at("b1", "conflicting"))).toEqual(["conflict"]);
    expect(watch.look(at("b2", "unknown"))).toEqual([]);
    expect(watch.look(at("b2", "conflicting"))).toEqual([]);
    expect(watch.look(at("b2", "conflicting", "repair"))).toEqual(["updated", "conflict"]);
  });

  test("it is resolved with GitHub's word, and not before", () => {
    const watch = new Watch();
    watch.look(at("b1", "conflicting"));
    expect(watch.look(at("b1", "unknown", "repair"))).toEqual(["updated"]);
    expect(watch.seen?.mergeability).toMatchObject({ value: "conflicting", stale: true });
    expect(watch.look(at("b1", "mergeable", "repair"))).toEqual(["conflict_resolved"]);
    expect(watch.look(at("b1", "mergeable", "repair"))).toEqual([]);
  });

  test("an answer of before the conflict does not resolve it", () => {
    const watch = new Watch();
    watch.look(at("b0", "mergeable"));
    expect(watch.look(at("b1", "conflicting"))).toEqual(["conflict"]);
    expect(watch.look(at("b0", "mergeable"))).toEqual([]);
    expect(watch.look(at("b1", "conflicting"))).toEqual([]);
    expect(watch.look(at("b2", "mergeable"))).toEqual(["conflict_resolved"]);
  });

  test("GitHub is counted anew for another pair of commits", () => {
    const watch = new Watch();
    watch.look(at("b0", "unknown"));
    watch.look(at("b0", "unknown"));
    watch.look(at("b1", "unknown"));
    expect(watch.seen?.mergeability.asked).toBe(1);
  });
});
