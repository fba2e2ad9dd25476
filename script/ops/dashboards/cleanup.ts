import { dashboard } from "./dashboard.ts";
import { bars, columns, lines, numbers } from "./panel.ts";
import { during, each, quantile, shared } from "./series.ts";

/** `DISK_LOW_PERCENT` and `DISK_HIGH_PERCENT`, as they are unless an operator sets them. */
const DISK = { warn: 0.75, bad: 0.85 };

/** The folders in which agents work: their removal, and their disks. */
export const CLEANUP = dashboard({
  uid: "orb-cleanup",
  title: "Orb bot: clean-up and disk",
  help: "How full the disks of workspaces are, what is removed, and why the rest is kept.",
  section: "workspaces",
  from: "now-24h",
  rows: [
    {
      title: "Is there room?",
      height: 7,
      panels: [
        bars({
          title: "How full are the disks?",
          help: "Bytes or inodes, what is scarcer. Above the red limit the bot makes room.",
          unit: "percentunit",
          width: 8,
          max: 1,
          limits: DISK,
          queries: [
            { expr: `sort_desc(${shared("host", "orb_workspace_disk_used_ratio")})`, legend: "{{host}}" },
          ],
        }),
        lines({
          title: "How fast do they fill?",
          help: "A line that keeps rising reaches the limit although clean-ups run: look at why workspaces are kept.",
          unit: "percentunit",
          width: 16,
          limits: DISK,
          queries: [{ expr: shared("host", "orb_workspace_disk_used_ratio"), legend: "{{host}}" }],
        }),
      ],
    },
    {
      title: "Why is a workspace still there?",
      height: 7,
      panels: [
        bars({
          title: "Workspaces, by status",
          help: "GET /api/v1/workspaces has each one, with why it is kept and when it is due.",
          unit: "short",
          width: 8,
          queries: [{ expr: `sort_desc(${shared("status", "orb_workspaces")})`, legend: "{{status}}" }],
        }),
        bars({
          title: "Reasons to keep one",
          help: "The first reason of each clean-up that was deferred, each once. docs/cleanup.md has a remedy for each.",
          unit: "short",
          width: 8,
          queries: [
            {
              expr: `topk(8, round(sum by (reason) (${during("orb_cleanups_total", 'outcome="deferred"')})) > 0)`,
              legend: "{{reason}}",
            },
          ],
        }),
        bars({
          title: "Failed clean-ups, by cause",
          help: "The bot tries again; a cause that stays needs a person.",
          unit: "short",
          width: 8,
          limits: { warn: 1, bad: 5 },
          queries: [
            {
              expr: `topk(8, round(sum by (reason) (${during("orb_cleanups_total", 'outcome="failed"')})) > 0)`,
              legend: "{{reason}}",
            },
          ],
        }),
      ],
    },
    {
      title: "What is removed?",
      height: 7,
      panels: [
        columns({
          title: "Clean-ups that ended, and causes for which one did not",
          help: "Each cause of a clean-up once.",
          unit: "short",
          width: 12,
          queries: [{ expr: `sum by (outcome) (${each("orb_cleanups_total")}) > 0`, legend: "{{outcome}}" }],
        }),
        numbers({
          title: "Freed in the time shown",
          help: "As the file system said.",
          unit: "bytes",
          width: 4,
          queries: [{ expr: `sum(${during("orb_cleanup_bytes_freed_total")})`, legend: "freed" }],
        }),
        lines({
          title: "How long a clean-up takes",
          help: "From its start to its end.",
          unit: "s",
          width: 8,
          queries: [
            { expr: quantile(0.5, "orb_cleanup_duration_seconds"), legend: "half are faster than" },
            { expr: quantile(0.95, "orb_cleanup_duration_seconds"), legend: "95 % are faster than" },
          ],
        }),
      ],
    },
  ],
});
