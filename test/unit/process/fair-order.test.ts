import { describe, expect, test } from "../../support/testing.ts";
import { fairOrder, fullShares } from "../../../src/work/rules/fair-order.ts";

/** `A:urgent` or `A:look` of the share A, due in the order of the list. */
function due(...names: readonly string[]) {
  return names.map((name, index) => {
    const [share = "", kind] = name.split(":");
    return { name, share, urgent: kind === "urgent", dueAt: new Date(index) };
  });
}

describe("a lane takes", () => {
  test.each<{ rule: string; names: string[]; serving: string[]; lanes?: number; order: string[] }>([
    {
      rule: "what somebody waits for before looks, and then what is due longest",
      names: ["a:look", "b:look", "c:urgent", "d:urgent"],
      serving: [],
      order: ["c:urgent", "d:urgent", "a:look", "b:look"],
    },
    {
      rule: "the work of a share that has no lane, even a look, before more of one that has",
      names: ["busy:urgent", "busy:urgent", "quiet:look"],
      serving: ["busy"],
      order: ["quiet:look", "busy:urgent", "busy:urgent"],
    },
    {
      rule: "the work of the share with the fewest lanes",
      names: ["a:urgent", "b:urgent", "c:urgent"],
      serving: ["a", "a", "b"],
      order: ["c:urgent", "b:urgent", "a:urgent"],
    },
    {
      rule: "nothing of a share that has all lanes but one",
      names: ["busy:urgent", "quiet:look", "busy:look"],
      serving: ["busy", "busy", "busy"],
      order: ["quiet:look"],
    },
    { rule: "anything if it is the only lane", names: ["a:look"], serving: [], lanes: 1, order: ["a:look"] },
  ])("$rule", ({ names, serving, lanes = 4, order }) => {
    expect(fairOrder(due(...names), { serving, lanes }).map(({ name }) => name)).toEqual(order);
  });

  test("shares that are full are those with all lanes but one", () => {
    expect(fullShares(["a", "b", "a", "a", "b"], 4)).toEqual(["a"]);
    expect(fullShares([], 1)).toEqual([]);
  });
});
