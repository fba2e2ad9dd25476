import { describe, expect, test } from "../../support/testing.ts";
import { mergeRequirements } from "../../../src/descriptions/rules/findings/merge-requirements.ts";
import type { Permissions } from "../../local-github/state.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { refusalOf, setGitHubScene } from "./scene.ts";

const PROTECTION = "GET /repos/{owner}/{repo}/branches/{branch}/protection";
const RULES = "GET /repos/{owner}/{repo}/rules/branches/{branch}";
const GRAPHQL = "POST /graphql";

function without(...names: readonly string[]): Permissions {
  return Object.fromEntries(Object.entries(ALL_PERMISSIONS).filter(([name]) => !names.includes(name)));
}

const NOTHING = {
  approvals: 0,
  codeOwnerReview: false,
  dismissStale: false,
  lastPushApproval: false,
  resolvedConversations: false,
  checks: [],
  upToDate: false,
  signatures: false,
  linearHistory: false,
  mergeQueue: false,
  deployments: [],
  pushRestricted: false,
  others: [],
  unread: [],
};

describe("the rules of a branch", () => {
  test("are empty if nothing is configured, which takes two requests", async () => {
    await using scene = await setGitHubScene();
    const { remote, routesOf } = scene;
    const rules = await remote.branchRules("main");
    expect(rules).toEqual({
      classic: { read: true, rules: null },
      rulesets: { read: true, rules: [] },
      summary: null,
    });
    expect(mergeRequirements(rules)).toEqual(NOTHING);
    const asked = await routesOf(() => remote.branchRules("agent/not/there"));
    expect(asked.toSorted()).toEqual([`${PROTECTION} 404`, `${RULES} 200`]);
  });

  test("are read from classic protection and from rulesets, and the stricter one wins", async () => {
    await using scene = await setGitHubScene();
    const { github, acme, repository, remote } = scene;
    await github.protect(repository, "main", {
      requiredApprovals: 1,
      requireCodeOwners: true,
      requireLastPush: true,
      requiredChecks: ["test", "lint"],
      strict: true,
      requireConversationResolution: true,
      pushRestrictedTo: { people: [github.octocat], teams: [github.createTeam(acme, "core")] },
    });
    await github.addRuleset(repository, {
      name: "house",
      rules: [
        { type: "deletion" },
        { type: "required_linear_history" },
        { type: "required_signatures" },
        {
          type: "pull_request",
          parameters: {
            required_approving_review_count: 2,
            dismiss_stale_reviews_on_push: true,
            require_code_owner_review: false,
            require_last_push_approval: false,
            required_review_thread_resolution: false,
          },
        },
        {
          type: "required_status_checks",
          parameters: {
            required_status_checks: [{ context: "test", integration_id: 15_368 }, { context: "build" }],
            strict_required_status_checks_policy: false,
          },
        },
        {
          type: "merge_queue",
          parameters: {
            check_response_timeout_minutes: 60,
            grouping_strategy: "ALLGREEN",
            max_entries_to_build: 5,
            max_entries_to_merge: 5,
            merge_method: "SQUASH",
            min_entries_to_merge: 1,
            min_entries_to_merge_wait_minutes: 5,
          },
        },
        {
          type: "required_deployments",
          parameters: { required_deployment_environments: ["staging"] },
        },
        {
          type: "workflows",
          parameters: { workflows: [{ path: ".github/workflows/ci.yml", repository_id: repository.id }] },
        },
        {
          type: "code_scanning",
          parameters: {
            code_scanning_tools: [
              { tool: "CodeQL", alerts_threshold: "errors", security_alerts_threshold: "high_or_higher" },
            ],
          },
        },
        {
          type: "branch_name_pattern",
          parameters: { operator: "starts_with", pattern: "agent/", negate: false },
        },
      ],
    });
    expect(mergeRequirements(await remote.branchRules("main"))).toEqual({
      approvals: 2,
      codeOwnerReview: true,
      dismissStale: true,
      lastPushApproval: true,
      resolvedConversations: true,
      checks: [
        { context: "lint", appId: null },
        { context: "test", appId: 15_368 },
        { context: "build", appId: null },
      ],
      upToDate: true,
      signatures: true,
      linearHistory: true,
      mergeQueue: true,
      deployments: ["staging"],
      pushRestricted: true,
      others: ["workflows that must pass", "results of code scanning"],
      unread: [],
    });
  });

  test("are cached for five minutes, and then requested with their ETag", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf, wait } = scene;
    await github.protect(repository, "main", { requiredApprovals: 1 });
    await remote.branchRules("main");
    expect(await routesOf(() => remote.branchRules("main"))).toEqual([]);
    wait(5 * 60_000);
    const asked = await routesOf(() => remote.branchRules("main"));
    expect(asked.toSorted()).toEqual([`${PROTECTION} 304`, `${RULES} 304`]);
    await github.protect(repository, "main", { requiredApprovals: 3 });
    wait(5 * 60_000);
    expect(mergeRequirements(await remote.branchRules("main")).approvals).toBe(3);
  });

  test("come from GitHub's summary if the App may not read administration, with a note on what may be missing", async () => {
    await using scene = await setGitHubScene({ permissions: without("administration") });
    const { github, repository, remote, routesOf } = scene;
    await github.protect(repository, "main", {
      requiredApprovals: 2,
      requiredChecks: ["test"],
      strict: true,
      requireSignatures: true,
      requireLinearHistory: true,
    });
    const asked = await routesOf(() => remote.branchRules("main"));
    expect(asked.toSorted()).toEqual([`${PROTECTION} 403`, `${RULES} 200`, `${GRAPHQL} 200`]);
    expect(mergeRequirements(await remote.branchRules("main"))).toEqual({
      ...NOTHING,
      approvals: 2,
      checks: [{ context: "test", appId: null }],
      signatures: true,
      linearHistory: true,
      unread: [
        expect.objectContaining({
          code: "protection_in_outline",
          remedy: expect.stringContaining("“Administration: read”"),
        }),
      ],
    });
  });

  test("are empty in a private repository whose plan has no rules", async () => {
    await using scene = await setGitHubScene();
    const { github, acme, gitHub } = scene;
    const closet = await github.createRepository({
      owner: acme,
      name: "closet",
      private: true,
      rulesSupported: false,
    });
    await github.protect(closet, "main", { requiredApprovals: 2 });
    const rules = await (await gitHub.repository("acme/closet")).branchRules("main");
    expect(rules).toEqual({
      classic: { read: true, rules: null },
      rulesets: { read: true, rules: null },
      summary: null,
    });
  });

  test("can be entirely unknown, with a reason for each source", async () => {
    await using scene = await setGitHubScene({ permissions: without("administration") });
    const { github, remote } = scene;
    const refuse = { kind: "answer", status: 404, json: { message: "Not Found" } } as const;
    github.faults.add({ route: RULES, fault: refuse });
    github.faults.add({
      route: GRAPHQL,
      fault: {
        kind: "answer",
        status: 200,
        json: {
          data: { repository: { ref: null } },
          errors: [
            {
              type: "FORBIDDEN",
              path: ["repository", "ref"],
              message: "Resource not accessible by integration",
            },
          ],
        },
      },
    });
    const { unread, ...others } = mergeRequirements(await remote.branchRules("main"));
    expect(unread.map(({ code }) => code)).toEqual(["permission_missing", "not_found", "permission_missing"]);
    expect({ ...others, unread: [] }).toEqual(NOTHING);
  });

  test.each([
    ["a limit", { kind: "primary-limit", resetInS: 60 }, "rate_limited"],
    ["an outage", { kind: "error", status: 503, when: "before" }, "github_unavailable"],
  ] as const)("are never guessed: %s is a failure", async (_what, fault, code) => {
    await using scene = await setGitHubScene();
    scene.github.faults.add({ route: PROTECTION, fault });
    expect((await refusalOf(scene.remote.branchRules("main"))).code).toBe(code);
  });

  test("are read on all pages, because an unchanged first page proves nothing", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf, wait } = scene;
    const rules = Array.from({ length: 100 }, () => ({ type: "deletion" }));
    await github.addRuleset(repository, { name: "many", rules });
    await github.addRuleset(repository, { name: "last", rules: [{ type: "required_signatures" }] });
    expect(mergeRequirements(await remote.branchRules("main")).signatures).toBe(true);
    wait(5 * 60_000);
    const asked = await routesOf(() => remote.branchRules("main"));
    expect(asked.filter((line) => line.startsWith(RULES))).toEqual([`${RULES} 200`, `${RULES} 200`]);
  });
});
