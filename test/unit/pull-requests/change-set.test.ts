import { describe, expect, test } from "../../support/testing.ts";
import {
  type ChangeSetMember,
  SIBLINGS_MAX,
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

  test("are listed up to a limit", () => {
    const many = Array.from({ length: 80 }, (_, index) => member(`acme/r${index}`));
    expect(siblingsOf([me, ...many], own)).toHaveLength(SIBLINGS_MAX);
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
