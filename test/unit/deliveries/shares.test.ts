import { describe, expect, test } from "../../support/testing.ts";
import { byThing } from "../../../src/deliveries/rules/by-thing.ts";
import { shareOf } from "../../../src/deliveries/rules/share.ts";

describe("the share of a delivery", () => {
  test.each([
    { name: "its repository's owner", repository: "Octo/Hello", installationId: 7, share: "octo" },
    { name: "its installation", repository: null, installationId: 7, share: "installation/7" },
    { name: "one for all others", repository: null, installationId: null, share: "no installation" },
  ])("is $name", ({ repository, installationId, share }) => {
    expect(shareOf({ repository, installationId })).toBe(share);
  });
});

test("deliveries are grouped by thing, in the order of their arrival; the thing that was found first comes first", () => {
  const at = (ms: number) => new Date(ms);
  const due = (id: string, about: string, [receivedMs, arrival, dueMs]: [number, number, number]) => ({
    id,
    about,
    receivedAt: at(receivedMs),
    arrival,
    dueAt: at(dueMs),
    share: "octo",
    urgent: true,
  });
  const found = [
    due("b-2", "octo/b", [20, 1, 20]),
    due("a-2", "octo/a", [20, 4, 20]),
    due("b-1", "octo/b", [20, 0, 20]),
    // Received first, but it failed and was due again later.
    due("a-1", "octo/a", [10, 9, 40]),
  ];
  const common = { share: "octo", urgent: true, dueAt: at(20) };
  expect(byThing(found)).toEqual([
    { ...common, about: "octo/b", ids: ["b-1", "b-2"] },
    { ...common, about: "octo/a", ids: ["a-1", "a-2"] },
  ]);
  expect(byThing([])).toEqual([]);
});
