/** What app.yml subscribes to, and what GitHub sends to every App; in metrics anything else is `other`. */
const KNOWN_EVENTS: ReadonlySet<string> = new Set([
  "branch_protection_rule",
  "check_run",
  "check_suite",
  "github_app_authorization",
  "installation",
  "installation_repositories",
  "installation_target",
  "issue_comment",
  "merge_group",
  "ping",
  "pull_request",
  "pull_request_review",
  "push",
  "repository",
  "repository_ruleset",
  "status",
]);

/** The event as a label of a metric: of a closed set, whatever strangers write into the header. */
export function labelOf(event: string): string {
  return KNOWN_EVENTS.has(event) ? event : "other";
}
