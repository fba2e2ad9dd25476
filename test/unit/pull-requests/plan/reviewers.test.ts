import { describe, expect, test } from "../../../support/testing.ts";
import * as fc from "fast-check";
import type { CodeOwners } from "../../../../src/pull-requests/plan/rules/code-owners.ts";
import { type ReviewerFacts, chooseReviewers } from "../../../../src/pull-requests/plan/rules/reviewers.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";

describe("the choice of reviewers", () => {
  const SETTINGS = DEFAULT_SETTINGS.reviewers;
  const OWNERS: CodeOwners = {
    people: [
      { name: "owner-of-three", files: 3 },
      { name: "owner-of-one", files: 1 },
    ],
    teams: [{ name: "Octo/core", files: 2 }],
    emails: [],
  };
  const FACTS: ReviewerFacts = {
    signal: [],
    settings: SETTINGS,
    codeOwners: null,
    author: "orb-bot[bot]",
    owner: "octo",
    draft: false,
  };

  function choose(more: Partial<ReviewerFacts>) {
    const { refused, ...chosen } = chooseReviewers({ ...FACTS, ...more });
    return { ...chosen, refused: refused.map(({ code }) => code) };
  }

  test.each<{
    title: string;
    facts: Partial<ReviewerFacts>;
    people?: string[];
    teams?: string[];
    refused?: string[];
  }>([
    { title: "nobody is named, so nobody is asked", facts: {} },
    {
      title: "the settings' reviewers come first, then the signal's, then code owners by their files",
      facts: {
        signal: ["s"],
        settings: { ...SETTINGS, people: ["@p"], teams: ["@octo/t", "u"] },
        codeOwners: OWNERS,
      },
      people: ["p", "s", "owner-of-three", "owner-of-one"],
      teams: ["t", "u", "core"],
    },
    {
      title: "each is asked once, in any case of letters",
      facts: {
        signal: ["Owner-Of-One", "a"],
        settings: { ...SETTINGS, people: ["A"], teams: ["CORE"] },
        codeOwners: OWNERS,
      },
      people: ["A", "Owner-Of-One", "owner-of-three"],
      teams: ["CORE"],
    },
    {
      title: "the author is never asked",
      facts: { signal: ["Jo", "a"], author: "jo" },
      people: ["a"],
      refused: ["reviewer_is_author"],
    },
    {
      title: "a login of an enterprise, an old one and one with an @ are asked like any other",
      facts: { signal: ["jane-doe_ACME", "old-", "@a--b"] },
      people: ["jane-doe_ACME", "old-", "a--b"],
    },
    {
      title: "reviewers of the signal that can't be asked are refused, and the others are asked",
      facts: { signal: ["octo/core", "", "a", "dependabot[bot]", "x y", "orb-bot[bot]"] },
      people: ["a"],
      refused: ["reviewer_is_author", "reviewer_is_bot", "reviewer_has_no_login"],
    },
    {
      title: "not all lines of CODEOWNERS were compared, which is said",
      facts: { codeOwners: { ...OWNERS, incomplete: true } },
      people: ["owner-of-three", "owner-of-one"],
      teams: ["core"],
      refused: ["code_owners_incomplete"],
    },
    {
      title: "code owners are not asked on a draft; others are",
      facts: { signal: ["a"], codeOwners: OWNERS, draft: true },
      people: ["a"],
    },
    {
      title: "code owners are not asked if the settings say so",
      facts: { codeOwners: OWNERS, settings: { ...SETTINGS, codeOwners: false } },
    },
    {
      title: "teams of other organizations can't be asked",
      facts: { settings: { ...SETTINGS, teams: ["other/t", "octo/u", "octo/u/v"] } },
      teams: ["u"],
      refused: ["team_of_another_owner", "reviewer_has_no_login"],
    },
    {
      title: "an owner with only an e-mail address can't be asked, which is reported once",
      facts: {
        codeOwners: { people: [], teams: [], emails: [{ name: "a@example.com", files: 1 }] },
        settings: { ...SETTINGS, people: ["b@example.com", "not a login"] },
      },
      refused: ["reviewer_has_no_login"],
    },
    {
      title: "at most as many are asked as the settings allow",
      facts: { signal: ["a", "b"], settings: { ...SETTINGS, max: 1 } },
      people: ["a"],
      refused: ["too_many_reviewers"],
    },
    {
      title: "a signal with many names does not take the places of the settings' reviewers",
      facts: {
        signal: Array.from({ length: 20 }, (_, index) => `s${index}`),
        settings: { ...SETTINGS, people: ["p"], teams: ["t"], max: 3 },
      },
      people: ["p", "s0"],
      teams: ["t"],
      refused: ["too_many_reviewers"],
    },
    {
      title: "the code owners of the most files are asked",
      facts: { codeOwners: OWNERS, settings: { ...SETTINGS, max: 2 } },
      people: ["owner-of-three"],
      teams: ["core"],
      refused: ["too_many_reviewers"],
    },
    {
      title: "if the settings allow nobody, nobody is asked and no problem is reported",
      facts: { signal: ["a"], settings: { ...SETTINGS, max: 0 }, codeOwners: OWNERS },
    },
  ])("$title", ({ facts, people = [], teams = [], refused = [] }) => {
    expect(choose(facts)).toEqual({ people, teams, refused });
  });

  test("a refusal names everybody whom it leaves out, and shortens a long list", () => {
    const signal = Array.from({ length: 40 }, (_, index) => `r${index}`);
    const { people, refused } = chooseReviewers({ ...FACTS, signal });
    expect(people).toEqual(signal.slice(0, 15));
    expect(refused).toEqual([
      {
        code: "too_many_reviewers",
        reason: `At most 15 reviewers are asked, so these were not asked: ${signal.slice(15, 35).join(", ")} and 5 more.`,
        remedy: "Ask them on the pull request, or choose fewer reviewers.",
      },
    ]);
    const hostile = chooseReviewers({ ...FACTS, signal: ["x".repeat(5_000)] });
    expect(hostile.refused[0]?.reason.length).toBeLessThan(150);
  });

  test("for any names, at most 15 are asked, nobody twice, never the author", () => {
    const name = fc.oneof(
      fc.constantFrom("a", "A", "jo", "octo/t", "OCTO/T", "x@y"),
      fc.string({ maxLength: 4 }),
    );
    const names = fc.array(name, { maxLength: 12 });
    const owned = names.map((all) => all.map((name, index) => ({ name, files: index })));
    const codeOwners = fc.record({ people: owned, teams: owned, emails: owned });
    fc.assert(
      fc.property(names, names, names, fc.nat(15), codeOwners, (signal, people, teams, max, codeOwners) => {
        const settings = { ...SETTINGS, people, teams, max };
        const chosen = chooseReviewers({ ...FACTS, signal, settings, codeOwners, author: "JO" });
        expect(chosen.people.length + chosen.teams.length).toBeLessThanOrEqual(max);
        for (const list of [chosen.people, chosen.teams].map((all) =>
          all.map((name) => name.toLowerCase()),
        )) {
          expect(new Set(list).size).toBe(list.length);
          expect(list.every((name) => /^[a-z0-9_.-]+$/.test(name))).toBe(true);
        }
        expect(chosen.people.map((name) => name.toLowerCase())).not.toContain("jo");
      }),
    );
  });
});
