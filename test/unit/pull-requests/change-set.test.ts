import { describe, expect, test } from "../../support/testing.ts";
import { settlesInMs } from "../../../src/pull-requests/change-set/rules/settle.ts";
import {
  type ChangeSetMember,
  siblingsOf,
  siblingsVerdict,
} from "../../../src/pull-requests/change-set/rules/siblings.ts";

const member = (repository: string, more: Partial<ChangeSetMember> = {}): ChangeSetMember => ({
  id: repository,
  repository,
  private: false,
  number: 3,
  status: "open",
  checks: "passed",
  review: "approved",
  opening: false,
  shownSince: null,
  ...more,
});
const own = { id: "acme/shop", private: false };
const me = member("acme/shop");

describe("the other pull requests of a change set", () => {
  test("are all except this one, sorted by repository", () => {
    const members = [
      member("acme/web"),
      me,
      member("Acme/api"),
      member("acme/web", { id: "first", number: 1 }),
    ];
    expect(siblingsOf(members, own).map(({ repository, number }) => `${repository}#${number}`)).toEqual([
      "Acme/api#3",
      "acme/web#1",
      "acme/web#3",
    ]);
  });

  test.each([
    ["queued", "expected"],
    ["blocked", "stuck"],
    ["failed", "stuck"],
    ["draft", "draft"],
    ["merged", "merged"],
    ["closed", "closed"],
  ] as const)("one that is %s is %s", (status, state) => {
    expect(siblingsOf([me, member("acme/api", { status })], own)).toMatchObject([{ state }]);
  });

  test("one that was closed does not count if its repository has a newer one", () => {
    const closed = member("acme/api", { id: "first", status: "closed", number: 1 });
    expect(siblingsOf([me, closed], own)).toMatchObject([{ number: 1 }]);
    expect(siblingsOf([me, closed, member("Acme/API")], own)).toMatchObject([{ number: 3 }]);
  });

  test.each<{ what: string; theirs: boolean | null; ours: boolean; named: boolean }>([
    { what: "both are public", theirs: false, ours: false, named: true },
    { what: "it is private and this one public", theirs: true, ours: false, named: false },
    {
      what: "it may be private, and this one is public",
      theirs: null,
      ours: false,
      named: false,
    },
    { what: "this one is private itself", theirs: true, ours: true, named: true },
  ])("are named or not: $what", ({ theirs, ours, named }) => {
    const [sibling] = siblingsOf([me, member("acme/secret", { private: theirs })], { ...own, private: ours });
    expect(sibling?.repository).toBe(named ? "acme/secret" : null);
    expect(sibling?.number).toBe(named ? 3 : null);
  });

  test("are all counted, however many there are", () => {
    const many = Array.from({ length: 800 }, (_, index) => member(`acme/r${index}`));
    expect(siblingsOf([me, ...many], own)).toHaveLength(800);
    const last = member("acme/z", { status: "queued" });
    expect(siblingsVerdict(siblingsOf([me, ...many, last], own), "wait")).toBe("wait");
  });
});

describe("a description that lists the others", () => {
  const pace = { changeSetQuietMs: 10_000, changeSetWaitMaxMs: 60_000 };
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 10, 0, second));
  const waitMs = (members: readonly ChangeSetMember[], now: Date, since = at(0)) =>
    settlesInMs(members, { id: me.id, since }, now, pace);

  test("waits until the others have not changed for a while", () => {
    const members = [
      me,
      member("acme/api", { shownSince: at(5) }),
      member("acme/web", { shownSince: at(3) }),
    ];
    expect(waitMs(members, at(6))).toBe(9_000);
    expect(waitMs(members, at(15))).toBe(0);
  });

  test("waits as long as one of them is about to be opened", () => {
    const members = [me, member("acme/api", { shownSince: at(1) }), member("acme/web", { opening: true })];
    expect(waitMs(members, at(30))).toBe(10_000);
  });

  test("does not wait for itself", () => {
    expect(waitMs([{ ...me, opening: true, shownSince: at(5) }, member("acme/api")], at(6))).toBe(0);
  });

  test("does not wait longer than the limit, however often the others change", () => {
    const members = [me, member("acme/api", { shownSince: at(55) }), member("acme/web", { opening: true })];
    expect(waitMs(members, at(56))).toBe(4_000);
    expect(waitMs(members, at(60))).toBe(0);
  });
});

describe("the check run", () => {
  const waitsFor = (more: Partial<ChangeSetMember>) =>
    siblingsVerdict(siblingsOf([me, member("acme/api", more)], own), "wait");

  test("waits for the others only if the settings say so", () => {
    const siblings = siblingsOf([me, member("acme/api", { status: "queued" })], own);
    expect(siblingsVerdict(siblings, "link")).toBe("no_wait");
    expect(siblingsVerdict(siblings, "wait")).toBe("wait");
  });

  test.each<Partial<ChangeSetMember>>([
    { status: "merged", checks: null, review: null },
    { checks: "none", review: "none" },
    { checks: "passed", review: "approved" },
  ])("does not wait for one that is merged or mergeable: %j", (more) => {
    expect(waitsFor(more)).toBe("no_wait");
  });

  test.each<Partial<ChangeSetMember>>([
    { status: "queued" },
    { status: "blocked" },
    { status: "draft" },
    { checks: null },
    { checks: "pending" },
    { checks: "failed" },
    { review: "required" },
    { review: "changes_requested" },
  ])("waits for one that is not mergeable: %j", (more) => {
    expect(waitsFor(more)).toBe("wait");
  });

  test("says if waiting would never end", () => {
    expect(waitsFor({ status: "closed" })).toBe("gone");
  });
});
