import { dashboard } from "./dashboard.ts";
import { bars, columns, lines, numbers } from "./panel.ts";
import { during, each, quantile, shared } from "./series.ts";

const RESULTS = "orb_pull_request_results_total";

/** From the completion to the merge, and the agents before that. */
export const PULL_REQUESTS = dashboard({
  uid: "orb-pull-requests",
  title: "Orb bot: pull requests",
  help: "How soon pull requests are opened and merged, which are refused, and what the agents did.",
  section: "pull-requests",
  from: "now-7d",
  rows: [
    {
      title: "Do they need a person?",
      height: 7,
      panels: [
        numbers({
          title: "Waiting for a person to fix the cause",
          help: "GET /api/v1/pull-requests?status=blocked names each cause and its remedy.",
          unit: "short",
          width: 8,
          limits: { warn: 1, bad: 10 },
          queries: [
            {
              expr: `max(${shared("status", "orb_pull_requests", 'status="blocked"')}) or vector(0)`,
              legend: "blocked",
            },
            {
              expr: `max(${shared("status", "orb_pull_requests", 'status="failed"')}) or vector(0)`,
              legend: "failed",
            },
          ],
        }),
        numbers({
          title: "In review now",
          help: "Open on GitHub.",
          unit: "short",
          width: 4,
          queries: [
            {
              expr: `max(${shared("status", "orb_pull_requests", 'status="open"')}) or vector(0)`,
              legend: "open",
            },
          ],
        }),
        columns({
          title: "What comes of attempts to publish, and of open ones",
          help: "Delayed and parked ones are tried again by themselves.",
          unit: "short",
          width: 12,
          queries: [
            {
              expr: `sum by (outcome) (${each("orb_pull_request_outcomes_total")}) > 0`,
              legend: "{{outcome}}",
            },
          ],
        }),
      ],
    },
    {
      title: "How long does it take?",
      height: 7,
      panels: [
        lines({
          title: "From the completion to the open pull request",
          help: "More than a minute: GitHub refuses or is slow, or workers are busy.",
          unit: "s",
          width: 12,
          limits: { warn: 60, bad: 300 },
          queries: [
            { expr: quantile(0.5, "orb_pull_request_open_duration_seconds"), legend: "half are faster than" },
            {
              expr: quantile(0.95, "orb_pull_request_open_duration_seconds"),
              legend: "95 % are faster than",
            },
          ],
        }),
        lines({
          title: "From the completion to the merge",
          help: "Checks, reviews and the agents' reactions to them.",
          unit: "s",
          width: 12,
          queries: [
            {
              expr: quantile(0.5, "orb_pull_request_merge_duration_seconds"),
              legend: "half are faster than",
            },
            {
              expr: quantile(0.95, "orb_pull_request_merge_duration_seconds"),
              legend: "95 % are faster than",
            },
          ],
        }),
      ],
    },
    {
      title: "Which changes are accepted?",
      height: 6,
      panels: [
        bars({
          title: "Opened, by type of change",
          help: "The type that the description says.",
          unit: "short",
          width: 8,
          queries: [
            {
              expr: `sort_desc(round(sum by (change_type) (${during(RESULTS, 'outcome="opened"')})) > 0)`,
              legend: "{{change_type}}",
            },
          ],
        }),
        bars({
          title: "Merged, of those that ended",
          help: "The others were closed by a person.",
          unit: "percentunit",
          width: 8,
          max: 1,
          limits: { warn: 0.8, bad: 0.5, low: true },
          queries: [
            {
              expr: `sort_desc(sum by (change_type) (${during(RESULTS, 'outcome="merged"')}) / (sum by (change_type) (${during(RESULTS, 'outcome=~"merged|closed"')}) > 0))`,
              legend: "{{change_type}}",
            },
          ],
        }),
        bars({
          title: "Where failed and cancelled projects stopped",
          help: "The furthest phase that had started.",
          unit: "short",
          width: 8,
          queries: [
            {
              expr: `sort_desc(${shared("phase, status", "orb_projects_in_phase", 'status=~"failed|cancelled"')})`,
              legend: "{{status}}: {{phase}}",
            },
          ],
        }),
      ],
    },
    {
      title: "What do the agents do?",
      height: 7,
      panels: [
        columns({
          title: "Runs of agents",
          help: "As the Meta-Agents report them.",
          unit: "short",
          width: 8,
          queries: [
            { expr: `sum by (outcome) (${each("orb_agent_executions_total")}) > 0`, legend: "{{outcome}}" },
          ],
        }),
        bars({
          title: "Tokens, by agent",
          help: "Of language models, as reported.",
          unit: "short",
          width: 8,
          queries: [
            {
              expr: `sort_desc(sum by (agent) (${during("orb_agent_tokens_total")}) > 0)`,
              legend: "{{agent}}",
            },
          ],
        }),
        lines({
          title: "How long 95 % of the runs take at most",
          help: "By phase, as reported.",
          unit: "s",
          width: 8,
          queries: [
            { expr: quantile(0.95, "orb_agent_execution_duration_seconds", ["phase"]), legend: "{{phase}}" },
          ],
        }),
      ],
    },
  ],
});
