import type { Ruleset } from "../../branch-rules.ts";
import type { Repository } from "../../state.ts";
import { connection, type PageArguments } from "../connection.ts";
import type { Context, Fields } from "../context.ts";

/** Types of parameters by type of rule, if the two names differ in more than case. */
const PARAMETERS: Readonly<Record<string, string>> = {
  branch_name_pattern: "BranchNamePatternParameters",
  code_scanning: "CodeScanningParameters",
  commit_message_pattern: "CommitMessagePatternParameters",
  merge_queue: "MergeQueueParameters",
  pull_request: "PullRequestParameters",
  required_deployments: "RequiredDeploymentsParameters",
  required_status_checks: "RequiredStatusChecksParameters",
  update: "UpdateParameters",
  workflows: "WorkflowsParameters",
};

export function rulesetFields(context: Context, repository: Repository, ruleset: Ruleset): Fields {
  const { id, name, enforcement, include, exclude, rules } = ruleset;
  return {
    __typename: "RepositoryRuleset",
    id: `RRS_${Buffer.from(String(id)).toString("base64url")}`,
    databaseId: id,
    name,
    target: "BRANCH",
    enforcement: enforcement.toUpperCase(),
    conditions: { __typename: "RepositoryRuleConditions", refName: { include, exclude } },
    source: () => context.show.repository(context, repository),
    rules: ({ type, ...page }: PageArguments & { type?: string }) =>
      connection(
        "rules",
        rules.filter((rule) => type === undefined || rule.type.toUpperCase() === type),
        page,
        (rule) => ({
          __typename: "RepositoryRule",
          type: rule.type.toUpperCase(),
          parameters: rule.parameters && {
            __typename: PARAMETERS[rule.type],
            ...(camelCased(rule.parameters) as object),
          },
        }),
      ),
  };
}

/** REST's names of parameters in GraphQL's spelling. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      camelCased(inner),
    ]),
  );
}
