import {
  addCauses,
  type Cause,
  concludeCauses,
  openCauses,
} from "../../../src/pull-requests/record/rules/causes.ts";
import { CAUSES_MAX } from "../../../src/work/rules/causes.ts";
import { describe, expect, test } from "../../support/testing.ts";

const AT = new Date("2026-11-01T10:00:00Z");
const LATER = new Date("2026-11-01T10:01:00Z");
const cause = (key: Cause["key"], more: Partial<Cause> = {}): Cause => ({
  key,
  at: AT,
  runs: 0,
  doneAt: null,
  ...more,
});
const [DELIVERY, SIGNAL] = [cause("delivery:a"), cause("signal:b")];

describe("the causes of a record", () => {
  test("one that comes again begins again, and the oldest go", () => {
    const known = [cause("delivery:a", { doneAt: AT, runs: 2 }), cause("delivery:c")];
    expect(addCauses(known, ["delivery:a"], LATER)).toEqual([known[1], cause("delivery:a", { at: LATER })]);
    const many = Array.from({ length: CAUSES_MAX }, (_, index) => cause(`delivery:${index}`));
    expect(addCauses(many, ["signal:b"], LATER).map(({ key }) => key)).toEqual([
      ...many.slice(1).map(({ key }) => key),
      "signal:b",
    ]);
    expect(addCauses(known, [], LATER)).toBe(known);
  });

  const run = {
    begun: [DELIVERY, SIGNAL],
    looked: true,
    found: true,
    isLast: false,
    published: "before",
    at: LATER,
  } as const;

  test.each([
    { name: "a look found something", with: {}, open: [] },
    { name: "a first look found nothing", with: { found: false }, open: ["delivery:a"] },
    { name: "the only look found nothing", with: { found: false, isLast: true }, open: [] },
    { name: "nobody could look", with: { looked: false, found: false }, open: ["delivery:a"] },
    { name: "something is left to publish", with: { published: "not_yet" as const }, open: ["signal:b"] },
    {
      name: "the completion was published without a look",
      with: { looked: false, published: "now" as const },
      open: [],
    },
  ])("are done if $name, except $open", ({ with: ended, open }) => {
    expect(openCauses(concludeCauses([DELIVERY, SIGNAL], { ...run, ...ended }))).toEqual(open);
  });

  test("a delivery is done after two looks that found nothing", () => {
    const once = concludeCauses([DELIVERY], { ...run, found: false });
    expect(openCauses(once)).toEqual(["delivery:a"]);
    expect(openCauses(concludeCauses(once, { ...run, begun: once, found: false }))).toEqual([]);
  });

  test("what came during the run is for the next one, also if it came before as well", () => {
    const again = cause("delivery:a", { at: LATER });
    const came = cause("delivery:c", { at: LATER });
    expect(openCauses(concludeCauses([SIGNAL, again, came], run))).toEqual(["delivery:a", "delivery:c"]);
  });
});
