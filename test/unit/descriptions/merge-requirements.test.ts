import { readFileSync } from "node:fs";
import { describe, expect, test } from "../../support/testing.ts";
import type {
  BranchRule,
  BranchRules,
  ClassicProtection,
  MergeRequirements,
  RefUpdateRule,
} from "../../../src/github/facts/branch-rules.ts";
import { mergeRequirements } from "../../../src/descriptions/rules/findings/merge-requirements.ts";

const NOTHING: BranchRules = {
  classic: { read: true, rules: null },
  rulesets: { read: true, rules: null },
  summary: null,
};
const REFUSAL = { code: "permission_missing", reason: "Not allowed.", remedy: "Allow it." };
const ASKS_NOTHING = mergeRequirements(NOTHING);

const ofClassic = (rules: ClassicProtection) =>
  mergeRequirements({ ...NOTHING, classic: { read: true, rules } });
const ofRules = (...rules: BranchRule[]) =>
  mergeRequirements({ ...NOTHING, rulesets: { read: true, rules } });

const checks = (...named: (string | [string, number])[]) =>
  named.map((each) =>
    typeof each === "string" ? { context: each, app_id: null } : { context: each[0], app_id: each[1] },
  );

describe("from classic protection", () => {
  test.each<[title: string, rules: ClassicProtection, asked: Partial<MergeRequirements>]>([
    ["protection without rules requires nothing", {}, {}],
    [
      "reviews without a number require code owners only",
      { required_pull_request_reviews: { dismiss_stale_reviews: false, require_code_owner_reviews: true } },
      { codeOwnerReview: true },
    ],
    [
      "reviews are counted, become stale, and exclude the last pusher",
      {
        required_pull_request_reviews: {
          dismiss_stale_reviews: true,
          require_code_owner_reviews: false,
          required_approving_review_count: 6,
          require_last_push_approval: true,
        },
      },
      { approvals: 6, dismissStale: true, lastPushApproval: true },
    ],
    [
      "a check of one App must come from that App",
      { required_status_checks: { strict: false, contexts: ["ci"], checks: checks(["ci", 7]) } },
      { checks: [{ context: "ci", appId: 7 }] },
    ],
    [
      "-1 means any App",
      { required_status_checks: { strict: false, contexts: ["ci"], checks: checks(["ci", -1]) } },
      { checks: [{ context: "ci", appId: null }] },
    ],
    [
      "contexts in the older field count too",
      { required_status_checks: { strict: true, contexts: ["old", "ci"], checks: checks("ci") } },
      {
        upToDate: true,
        checks: [
          { context: "ci", appId: null },
          { context: "old", appId: null },
        ],
      },
    ],
    [
      "an up-to-date branch is required only together with a check",
      { required_status_checks: { strict: true, contexts: [], checks: [] } },
      {},
    ],
    ["restrictions count, no matter whom they name", { restrictions: {} }, { pushRestricted: true }],
    [
      "a lock restricts everybody",
      { lock_branch: { enabled: true } },
      { pushRestricted: true, others: ["a lock that makes the branch read-only"] },
    ],
    [
      "switches that are off require nothing",
      {
        required_signatures: { enabled: false },
        required_linear_history: { enabled: false },
        required_conversation_resolution: {},
        lock_branch: { enabled: false },
      },
      {},
    ],
    [
      "each switch that is on adds its requirement",
      {
        required_signatures: { enabled: true },
        required_linear_history: { enabled: true },
        required_conversation_resolution: { enabled: true },
      },
      { signatures: true, linearHistory: true, resolvedConversations: true },
    ],
  ])("%s", (_title, rules, asked) => {
    expect(ofClassic(rules)).toEqual({ ...ASKS_NOTHING, ...asked });
  });
});

describe("from rulesets", () => {
  test.each<[title: string, rules: BranchRule[], asked: Partial<MergeRequirements>]>([
    ["a pull request rule without parameters requires nothing more", [{ type: "pull_request" }], {}],
    [
      "the stricter of two rulesets wins, field by field",
      [
        {
          type: "pull_request",
          parameters: { required_approving_review_count: 1, require_code_owner_review: true },
        },
        {
          type: "pull_request",
          parameters: { required_approving_review_count: 3, required_review_thread_resolution: true },
        },
      ],
      { approvals: 3, codeOwnerReview: true, resolvedConversations: true },
    ],
    [
      "approvals of teams are named",
      [{ type: "pull_request", parameters: { required_reviewers: [{ minimum_approvals: 1 }] } }],
      { others: ["approvals of certain teams"] },
    ],
    [
      "teams whose approval is optional are not",
      [{ type: "pull_request", parameters: { required_reviewers: [{ minimum_approvals: 0 }] } }],
      {},
    ],
    [
      "a check from any App is replaced by the same check from one App",
      [
        {
          type: "required_status_checks",
          parameters: {
            required_status_checks: [
              { context: "ci" },
              { context: "ci", integration_id: 7 },
              { context: "ci" },
            ],
            strict_required_status_checks_policy: true,
          },
        },
      ],
      { checks: [{ context: "ci", appId: 7 }], upToDate: true },
    ],
    ["an update rule restricts who may push", [{ type: "update" }], { pushRestricted: true }],
    [
      "environments are listed once",
      [
        { type: "required_deployments", parameters: { required_deployment_environments: ["qa", "eu"] } },
        { type: "required_deployments", parameters: { required_deployment_environments: ["qa"] } },
      ],
      { deployments: ["qa", "eu"] },
    ],
    [
      "an unknown rule is named",
      [{ type: "quantum_approval", parameters: { qubits: 3 } }, { type: "quantum_approval" }],
      { others: ["quantum approval"] },
    ],
    [
      "a rule with an unexpected form is named instead of misread",
      [{ type: "required_status_checks", parameters: { required_status_checks: "all" } }],
      { others: ["required status checks"] },
    ],
    [
      "rules about creating and deleting branches do not affect merging",
      [
        { type: "creation" },
        { type: "deletion" },
        { type: "non_fast_forward" },
        { type: "branch_name_pattern" },
      ],
      {},
    ],
  ])("%s", (_title, rules, asked) => {
    expect(ofRules(...rules)).toEqual({ ...ASKS_NOTHING, ...asked });
  });

  test("every rule type in GitHub's API description is known", () => {
    const path = new URL("../../local-github/openapi/github.json", import.meta.url);
    const { components } = JSON.parse(readFileSync(path, "utf8")) as {
      components: { schemas: Record<string, { properties?: { type?: { enum?: string[] } } }> };
    };
    const types = Object.entries(components.schemas)
      .filter(([name]) => name.startsWith("repository-rule-") && !name.includes("-params-"))
      .flatMap(([, schema]) => schema.properties?.type?.enum ?? []);
    expect(types.length).toBeGreaterThan(20);
    expect(
      ofRules(...types.map((type) => ({ type }))).others.filter((words) => words.startsWith("the rule")),
    ).toEqual([]);
  });
});

describe("from several sources", () => {
  const summary: RefUpdateRule = {
    requiredApprovingReviewCount: 2,
    requiredStatusCheckContexts: ["ci", null],
    requiresCodeOwnerReviews: true,
    requiresConversationResolution: true,
    requiresLinearHistory: true,
    requiresSignatures: true,
  };

  test("the summary replaces what could not be read, and is marked as incomplete", () => {
    const sources: BranchRules = {
      classic: { read: false, refusal: REFUSAL },
      rulesets: { read: true, rules: [] },
      summary: { read: true, rules: summary },
    };
    expect(mergeRequirements(sources)).toEqual({
      ...ASKS_NOTHING,
      approvals: 2,
      codeOwnerReview: true,
      checks: [{ context: "ci", appId: null }],
      resolvedConversations: true,
      linearHistory: true,
      signatures: true,
      unread: [expect.objectContaining({ code: "protection_in_outline" })],
    });
  });

  test("if the summary shows no protection, unread rules are not mentioned", () => {
    const sources: BranchRules = {
      classic: { read: false, refusal: REFUSAL },
      rulesets: { read: true, rules: [] },
      summary: { read: true, rules: null },
    };
    expect(mergeRequirements(sources)).toEqual(ASKS_NOTHING);
  });

  test("an empty summary requires nothing", () => {
    const empty = { ...summary, requiredApprovingReviewCount: null, requiredStatusCheckContexts: null };
    const { approvals, checks: asked } = mergeRequirements({
      ...NOTHING,
      summary: { read: true, rules: empty },
    });
    expect([approvals, asked]).toEqual([0, []]);
  });

  test("everything that could not be read is listed", () => {
    const hidden = { read: false, refusal: REFUSAL } as const;
    expect(mergeRequirements({ classic: hidden, rulesets: hidden, summary: hidden })).toEqual({
      ...ASKS_NOTHING,
      unread: [REFUSAL, REFUSAL, REFUSAL],
    });
  });
});
