import { dashboard } from "./dashboard.ts";
import { bars, columns, lines } from "./panel.ts";
import { each, of, perSecond, quantileDuring } from "./series.ts";

/** Each process of the bot, and the jobs that one of them runs at a time. */
export const PROCESS = dashboard({
  uid: "orb-process",
  title: "Orb bot: processes",
  help: "What each process needs of its machine, and whether recurring jobs run on time.",
  section: "the-processes",
  from: "now-6h",
  rows: [
    {
      title: "Is a process short of something?",
      height: 7,
      panels: [
        lines({
          title: "Processors in use",
          help: "1 is one processor. The bot's own code uses one at most; reading files and compressing use more.",
          unit: "short",
          width: 8,
          limits: { warn: 0.8, bad: 1 },
          queries: [{ expr: perSecond("process_cpu_seconds_total"), legend: "{{instance}}" }],
        }),
        lines({
          title: "Memory in use",
          help: "Resident. A line that only rises is a leak.",
          unit: "bytes",
          width: 8,
          queries: [{ expr: of("process_resident_memory_bytes"), legend: "{{instance}}" }],
        }),
        lines({
          title: "For how long the event loop is busy",
          help: "One of a hundred turns takes longer. Nothing else is answered meanwhile.",
          unit: "s",
          width: 8,
          limits: { warn: 0.1, bad: 1 },
          queries: [{ expr: of("nodejs_eventloop_lag_p99_seconds"), legend: "{{instance}}" }],
        }),
      ],
    },
    {
      title: "Does it stay healthy?",
      height: 7,
      panels: [
        lines({
          title: "Open files, of those allowed",
          help: "At 100 % the process can open no file and no connection.",
          unit: "percentunit",
          width: 8,
          limits: { warn: 0.5, bad: 0.9 },
          queries: [{ expr: `${of("process_open_fds")} / ${of("process_max_fds")}`, legend: "{{instance}}" }],
        }),
        lines({
          title: "Share of time spent on collecting garbage",
          help: "More than a tenth: the process has too little memory.",
          unit: "percentunit",
          width: 8,
          limits: { warn: 0.05, bad: 0.1 },
          queries: [
            {
              expr: `sum by (instance) (${perSecond("nodejs_gc_duration_seconds_sum")})`,
              legend: "{{instance}}",
            },
          ],
        }),
        lines({
          title: "For how long has it run?",
          help: "A line that falls to 0 again and again is a process that crashes.",
          unit: "s",
          width: 8,
          queries: [{ expr: `time() - ${of("process_start_time_seconds")}`, legend: "{{instance}}" }],
        }),
      ],
    },
    {
      title: "Do recurring jobs run?",
      height: 7,
      panels: [
        columns({
          title: "Runs of jobs",
          help: "Failed ones are in the log.",
          unit: "short",
          width: 8,
          queries: [{ expr: `sum by (outcome) (${each("orb_jobs_total")}) > 0`, legend: "{{outcome}}" }],
        }),
        bars({
          title: "How late jobs begin",
          help: "95 % of the runs in the time shown begin sooner.",
          unit: "s",
          width: 8,
          limits: { warn: 30, bad: 300 },
          queries: [
            {
              expr: `topk(8, ${quantileDuring(0.95, "orb_job_delay_seconds", "job")} >= 0)`,
              legend: "{{job}}",
            },
          ],
        }),
        lines({
          title: "How old the counts of what is stored are",
          help: "If MongoDB is slow, the numbers of pull requests, projects and workspaces are old.",
          unit: "s",
          width: 8,
          limits: { warn: 60, bad: 600 },
          queries: [{ expr: `max(${of("orb_stored_counts_age_seconds")})`, legend: "age" }],
        }),
      ],
    },
  ],
});
