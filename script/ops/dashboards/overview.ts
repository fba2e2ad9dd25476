import { dashboard } from "./dashboard.ts";
import { bars, columns, lines, numbers } from "./panel.ts";
import { during, each, of, orZero, shared } from "./series.ts";

/** The first look: whether all is well, and what the bot has done. */
export const OVERVIEW = dashboard({
  uid: "orb-overview",
  title: "Orb bot: overview",
  help: "Whether all is well, and what the bot has done. Red needs a person now.",
  section: "",
  from: "now-24h",
  rows: [
    {
      title: "Is all well?",
      height: 4,
      panels: [
        numbers({
          title: "Is everything up that the bot needs?",
          help: "The last check of each process; one that fails is enough to be shown as down.",
          unit: "short",
          width: 12,
          words: ["down", "up"],
          limits: { bad: 1, low: true },
          queries: [{ expr: `min by (dependency) (${of("orb_dependency_up")})`, legend: "{{dependency}}" }],
        }),
        numbers({
          title: "Processes reached",
          help: "Each process of the bot is one target.",
          unit: "short",
          width: 4,
          limits: { bad: 1, low: true },
          queries: [{ expr: `sum(${of("up")})`, legend: "processes" }],
        }),
        numbers({
          title: "How long does the oldest work wait?",
          help: "Signals and deliveries wait for a worker, events for Redis. More than a minute is unusual.",
          unit: "s",
          width: 8,
          limits: { warn: 60, bad: 300 },
          queries: [
            { expr: `max(${of("orb_signal_lag_seconds")})`, legend: "signals" },
            { expr: `max(${of("orb_delivery_lag_seconds")})`, legend: "deliveries" },
            { expr: `max(${of("orb_outbox_lag_seconds")})`, legend: "events" },
          ],
        }),
      ],
    },
    {
      title: "Does something wait for a person?",
      height: 4,
      panels: [
        numbers({
          title: "Nobody but a person can go on with these",
          help: "The API lists each one with its cause and a remedy. Stuck pull requests have been blocked or failed for an hour.",
          unit: "short",
          width: 24,
          limits: { warn: 1, bad: 10 },
          queries: [
            { expr: `sum(${shared("status", "orb_stuck_pull_requests")})`, legend: "stuck pull requests" },
            { expr: `max(${of("orb_quarantined_pull_requests")})`, legend: "quarantined pull requests" },
            { expr: `max(${of("orb_dead_signals")})`, legend: "dead signals" },
            { expr: `max(${of("orb_dead_deliveries")})`, legend: "dead deliveries" },
            {
              expr: `max(${of("orb_workspaces_with_unpushed_work")})`,
              legend: "unpushed workspaces",
            },
            {
              expr: `max(${shared("status", "orb_cleanups", 'status="failed"')}) or vector(0)`,
              legend: "failed clean-ups",
            },
          ],
        }),
      ],
    },
    {
      title: "What is there?",
      height: 6,
      panels: [
        bars({
          title: "Pull requests, by status",
          help: "Blocked and failed ones wait for a person.",
          unit: "short",
          width: 8,
          queries: [{ expr: `sort_desc(${shared("status", "orb_pull_requests")})`, legend: "{{status}}" }],
        }),
        bars({
          title: "Projects, by status",
          help: "What the Meta-Agents' projects do now, or how they ended.",
          unit: "short",
          width: 8,
          queries: [{ expr: `sort_desc(${shared("status", "orb_projects")})`, legend: "{{status}}" }],
        }),
        bars({
          title: "Workspaces, by status",
          help: "The folders in which agents work.",
          unit: "short",
          width: 8,
          queries: [{ expr: `sort_desc(${shared("status", "orb_workspaces")})`, legend: "{{status}}" }],
        }),
      ],
    },
    {
      title: "What happens?",
      height: 7,
      panels: [
        columns({
          title: "Pull requests opened, merged, closed and refused",
          help: "Each refusal once, however often the bot tries again.",
          unit: "short",
          width: 8,
          queries: [
            {
              expr: `sum by (outcome) (${each("orb_pull_request_results_total")}) > 0`,
              legend: "{{outcome}}",
            },
          ],
        }),
        columns({
          title: "What agents spend",
          help: "US dollars, as the Meta-Agents report them.",
          unit: "currencyUSD",
          width: 8,
          queries: [
            { expr: `sum by (agent) (${each("orb_agent_cost_dollars_total")}) > 0`, legend: "{{agent}}" },
          ],
        }),
        lines({
          title: "What goes wrong",
          help: "All of these should be zero. Their dashboards say more.",
          unit: "short",
          width: 8,
          queries: [
            { expr: orZero(each("orb_http_requests_total", 'status=~"5.."')), legend: "server errors" },
            { expr: orZero(each("orb_jobs_total", 'outcome="failed"')), legend: "failed jobs" },
            { expr: orZero(each("orb_cleanups_total", 'outcome="failed"')), legend: "failed clean-ups" },
            {
              expr: orZero(each("orb_webhook_deliveries_total", 'outcome="dead"')),
              legend: "dead deliveries",
            },
          ],
        }),
      ],
    },
    {
      title: "What came of it?",
      height: 4,
      panels: [
        numbers({
          title: "In the time shown",
          help: "From the counters of all processes. A process that was not scraped before it ended is missing.",
          unit: "short",
          width: 16,
          queries: [
            {
              expr: `round(sum(${during("orb_pull_request_results_total", 'outcome="opened"')}))`,
              legend: "opened",
            },
            {
              expr: `round(sum(${during("orb_pull_request_results_total", 'outcome="merged"')}))`,
              legend: "merged",
            },
            {
              expr: `round(sum(${during("orb_pull_request_results_total", 'outcome=~"blocked|failed"')}))`,
              legend: "refused",
            },
            { expr: `round(sum(${during("orb_agent_executions_total")}))`, legend: "agent runs" },
          ],
        }),
        numbers({
          title: "What it cost",
          help: "What agents cost, as reported, divided by the pull requests that were merged in the same time.",
          unit: "currencyUSD",
          width: 8,
          queries: [
            { expr: `sum(${during("orb_agent_cost_dollars_total")})`, legend: "in all" },
            {
              expr: `sum(${during("orb_agent_cost_dollars_total")}) / (sum(${during("orb_pull_request_results_total", 'outcome="merged"')}) > 0)`,
              legend: "for each merge",
            },
          ],
        }),
      ],
    },
  ],
});
