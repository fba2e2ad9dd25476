import { describe, expect, test } from "../../support/testing.ts";
import type { GroupMembership } from "../../../src/github/rules/membership.ts";
import { groupsToAsk, judgeSignIn } from "../../../src/sessions/rules/may-sign-in.ts";
import { readSignInRules, type SignInRule } from "../../../src/sign-in-rules.ts";

function rulesOf(text: string): readonly SignInRule[] {
  const rules = readSignInRules(text);
  if (typeof rules === "string") throw new Error(rules);
  return rules;
}

const REFUSED = {
  code: "permission_missing",
  reason: "GitHub answered 403: Resource not accessible by integration.",
  remedy: "Grant it.",
};

/** What comes of it if GitHub says this of each group that it is asked about. */
function judged(login: string, text: string, answers: Record<string, GroupMembership> = {}) {
  const rules = rulesOf(text);
  const known = groupsToAsk(login, rules).map((group) => {
    const name = group.team === null ? group.organization : `${group.organization}/${group.team}`;
    return { group, membership: answers[name.toLowerCase()] ?? "none" };
  });
  return judgeSignIn(login, { rules, known });
}

describe("the list", () => {
  test("names people, organizations and teams, with their scopes", () => {
    expect(rulesOf("octocat=admin, org:acme=read ,team:acme/ops.1=read+write+signals:write")).toEqual([
      { who: { kind: "login", login: "octocat" }, scopes: ["admin"] },
      { who: { kind: "group", organization: "acme", team: null }, scopes: ["read"] },
      {
        who: { kind: "group", organization: "acme", team: "ops.1" },
        scopes: ["read", "write", "signals:write"],
      },
    ]);
  });

  test.each([
    "octocat",
    "octocat=",
    "=admin",
    "octocat=root",
    "octocat=read+",
    "octocat=read+root",
    "octocat=read=write",
    "octo cat=read",
    "octocat=read,",
    "*=read",
    "org:=read",
    "org:acme/ops=read",
    "team:acme=read",
    "team:acme/=read",
    "team:acme/ops/more=read",
    "user:octocat=read",
    "dependabot[bot]=read",
  ])("%j is refused", (text) => {
    expect(readSignInRules(text)).toEqual(expect.stringContaining("must have entries like"));
  });

  test("has at most fifty entries", () => {
    const entries = Array.from({ length: 51 }, (_, index) => `person-${index}=read`);
    expect(readSignInRules(entries.slice(1).join(","))).toHaveLength(50);
    expect(readSignInRules(entries.join(","))).toBe("must have at most 50 entries");
  });
});

describe("somebody may come in", () => {
  test.each([
    ["who is named, in any case", "OctoCat", "octocat=read", {}, ["read"]],
    ["who is in an organization", "ann", "org:acme=read", { acme: "active" as const }, ["read"]],
    ["who is in a team", "ann", "team:acme/ops=write", { "acme/ops": "active" as const }, ["write"]],
    [
      "with all that any entry gives them",
      "ann",
      "ann=signals:write,org:acme=read,team:Acme/ops=read+write,org:other=admin",
      { acme: "active" as const, "acme/ops": "active" as const },
      ["signals:write", "read", "write"],
    ],
    [
      "with what is known, if GitHub does not say the rest",
      "ann",
      "ann=read,org:acme=admin",
      { acme: { unknown: REFUSED } },
      ["read"],
    ],
    [
      "with what they are, and not with what they were invited to",
      "ann",
      "org:acme=read,team:acme/ops=admin",
      { acme: "active" as const, "acme/ops": "pending" as const },
      ["read"],
    ],
  ])("%s", (_title, login, text, answers, scopes) => {
    expect(judged(login, text, answers)).toEqual({ scopes });
  });
});

describe("nobody else may", () => {
  test.each([
    ["a stranger", "octocat=admin", {}, "not among those"],
    ["somebody with a similar name", "ann-=admin,annn=admin", {}, "not among those"],
    ["somebody with the name of an organization", "org:ann=admin", {}, "not among those"],
    ["somebody who was only invited", "org:acme=read", { acme: "pending" as const }, "has not accepted"],
    [
      "somebody of whom GitHub does not say it",
      "org:acme=read",
      { acme: { unknown: REFUSED } },
      "does not say",
    ],
  ])("%s", (_title, text, answers, because) => {
    expect(judged("ann", text, answers)).toEqual({
      refusal: {
        code: "sign_in_refused",
        reason: expect.stringContaining(because),
        remedy: expect.any(String),
      },
    });
  });

  test("the refusal names no entry of others", () => {
    expect(JSON.stringify(judged("ann", "octocat=admin,org:secret-project=read"))).not.toMatch(
      /octocat|secret/,
    );
  });
});

test("GitHub is asked about each group once, and about none if the login allows everything", () => {
  const rules = rulesOf("octocat=admin,ann=read,org:acme=read,org:ACME=write,team:acme/ops=read");
  expect(groupsToAsk("octocat", rules)).toEqual([]);
  expect(groupsToAsk("ann", rules)).toEqual([
    expect.objectContaining({ organization: "acme", team: null }),
    expect.objectContaining({ organization: "acme", team: "ops" }),
  ]);
});
