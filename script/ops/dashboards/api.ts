import { dashboard } from "./dashboard.ts";
import { bars, columns, lines, numbers } from "./panel.ts";
import { each, of, perSecond, quantile, quantileDuring } from "./series.ts";

/** What comes in over HTTP, who is refused, and what GitHub allows. */
export const API = dashboard({
  uid: "orb-api",
  title: "Orb bot: API and limits",
  help: "Requests to the bot and from the bot to GitHub: how many, how fast, how many fail, and which limits are near.",
  section: "service-level-objectives",
  from: "now-6h",
  rows: [
    {
      title: "Are requests answered?",
      height: 7,
      panels: [
        lines({
          title: "Requests a second, by status",
          help: "Without health and metrics, which monitors ask for.",
          unit: "reqps",
          width: 8,
          queries: [
            {
              expr: `sum by (status) (${perSecond("orb_http_requests_total", 'route!~"/livez|/readyz|/health.*|/metrics"')})`,
              legend: "{{status}}",
            },
          ],
        }),
        lines({
          title: "Share of server errors",
          help: "5xx of all answers. 503 means that something is away that the request needs.",
          unit: "percentunit",
          width: 8,
          limits: { warn: 0.001, bad: 0.01 },
          queries: [
            {
              expr: `(sum(${perSecond("orb_http_requests_total", 'status=~"5.."')}) or vector(0)) / sum(${perSecond("orb_http_requests_total")})`,
              legend: "server errors",
            },
          ],
        }),
        lines({
          title: "How long an answer takes",
          help: "All routes together.",
          unit: "s",
          width: 8,
          limits: { warn: 0.5, bad: 2 },
          queries: [
            { expr: quantile(0.5, "orb_http_request_duration_seconds"), legend: "half are faster than" },
            { expr: quantile(0.99, "orb_http_request_duration_seconds"), legend: "99 % are faster than" },
          ],
        }),
      ],
    },
    {
      title: "Do signals and webhooks come in?",
      height: 7,
      panels: [
        columns({
          title: "Signals, by what became of them at the door",
          help: "Refused ones are in the log, with what is wrong.",
          unit: "short",
          width: 8,
          queries: [{ expr: `sum by (outcome) (${each("orb_signals_total")}) > 0`, legend: "{{outcome}}" }],
        }),
        columns({
          title: "Webhooks, by what became of them",
          help: "Dead ones failed too often: GET /api/v1/deliveries?status=dead.",
          unit: "short",
          width: 8,
          queries: [
            { expr: `sum by (outcome) (${each("orb_webhook_deliveries_total")}) > 0`, legend: "{{outcome}}" },
          ],
        }),
        lines({
          title: "How soon GitHub is answered",
          help: "GitHub gives up after 10 s.",
          unit: "s",
          width: 8,
          limits: { warn: 1, bad: 10 },
          queries: [
            { expr: quantile(0.5, "orb_webhook_ack_duration_seconds"), legend: "half are faster than" },
            { expr: quantile(0.99, "orb_webhook_ack_duration_seconds"), legend: "99 % are faster than" },
          ],
        }),
      ],
    },
    {
      title: "Which limits are near?",
      height: 7,
      panels: [
        columns({
          title: "Requests to the API, by decision of the rate limit",
          help: "docs/rate-limits.md says how to change a limit.",
          unit: "short",
          width: 8,
          queries: [
            {
              expr: `sum by (decision) (${each("orb_rate_limit_decisions_total")}) > 0`,
              legend: "{{decision}}",
            },
          ],
        }),
        numbers({
          title: "Are limits shared?",
          help: "If Redis is away, each process counts its share alone.",
          unit: "short",
          width: 4,
          words: ["alone", "together"],
          limits: { bad: 1, low: true },
          queries: [{ expr: `min(${of("orb_rate_limits_shared")})`, legend: "rate limits" }],
        }),
        lines({
          title: "Requests that GitHub still allows",
          help: "In the current hour, by installation; `app` is the App itself. At 0 the bot waits until the hour ends.",
          unit: "short",
          width: 12,
          limits: { warn: 1000, bad: 200, low: true },
          queries: [
            {
              expr: `min by (installation) (${of("orb_github_rate_limit_remaining")})`,
              legend: "{{installation}}",
            },
          ],
        }),
      ],
    },
    {
      title: "How does GitHub answer?",
      height: 7,
      panels: [
        columns({
          title: "Answers of GitHub, by status",
          help: "304 costs nothing of the limit.",
          unit: "short",
          width: 12,
          queries: [
            { expr: `sum by (status) (${each("orb_github_requests_total")}) > 0`, legend: "{{status}}" },
          ],
        }),
        bars({
          title: "Routes that are slowest",
          help: "95 % of the answers in the time shown are faster.",
          unit: "s",
          width: 12,
          queries: [
            {
              expr: `topk(6, ${quantileDuring(0.95, "orb_http_request_duration_seconds", "route")} > 0)`,
              legend: "{{route}}",
            },
          ],
        }),
      ],
    },
  ],
});
