import { LONG_SECONDS } from "../monitoring/metrics.ts";
import { LabelValues } from "./label-values.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** Platforms have a handful of agents. */
const AGENTS_SHOWN_MAX = 30;
/** Both are exported once an agent is known: Prometheus sees no increase in the first value of a series. */
const EXECUTION_OUTCOMES = ["succeeded", "failed"] as const;

/** Projects, and the agents that work on them. */
export class ProjectTelemetry extends TelemetryPart {
  readonly #projects;
  readonly #inPhase;
  readonly #executions;
  readonly #executionDuration;
  readonly #tokens;
  readonly #cost;
  readonly #agents = new LabelValues(AGENTS_SHOWN_MAX);

  constructor(instruments: Instruments) {
    super(instruments);
    const { metrics } = instruments;
    this.#projects = metrics.gauge({
      name: "orb_projects",
      help: "Projects known, by status",
      labelNames: ["status"],
    });
    this.#inPhase = metrics.gauge({
      name: "orb_projects_in_phase",
      help: "Projects known, by the furthest phase that has started (`none` before the first) and by status: where failed ones stopped",
      labelNames: ["phase", "status"],
    });
    this.#executions = metrics.counter({
      name: "orb_agent_executions_total",
      help: "Agent runs that Meta-Agents reported",
      labelNames: ["agent", "phase", "outcome"],
    });
    this.#tokens = metrics.counter({
      name: "orb_agent_tokens_total",
      help: "Tokens of language models that agents used, as reported",
      labelNames: ["agent"],
    });
    this.#cost = metrics.counter({
      name: "orb_agent_cost_dollars_total",
      help: "What agents cost in US dollars, as reported",
      labelNames: ["agent"],
    });
    this.#executionDuration = metrics.histogram({
      name: "orb_agent_execution_duration_seconds",
      help: "How long agents ran, as reported",
      labelNames: ["phase"],
      buckets: LONG_SECONDS,
    });
  }

  updated(project: { project: string; status: string; because: string }): void {
    this.log.info(project, "project updated");
  }

  /** @param run its `agent` may be any name */
  agentExecuted(run: {
    agent: string;
    phase: string;
    outcome: (typeof EXECUTION_OUTCOMES)[number];
    durationMs: number;
    tokens?: number | undefined;
    costUsd?: number | undefined;
  }): void {
    const { phase, outcome, durationMs } = run;
    const agent = this.#agents.of(run.agent);
    for (const each of EXECUTION_OUTCOMES) this.#executions.inc({ agent, phase, outcome: each }, 0);
    this.#executions.inc({ agent, phase, outcome });
    if (run.tokens !== undefined) this.#tokens.inc({ agent }, run.tokens);
    if (run.costUsd !== undefined) this.#cost.inc({ agent }, run.costUsd);
    this.#executionDuration.observe({ phase }, durationMs / 1000);
  }

  /** @param projects how many there are of each status, and of these in each phase; `null` is no phase */
  counted(projects: ReadonlyMap<string, ReadonlyMap<string | null, number>>): void {
    this.#projects.reset();
    this.#inPhase.reset();
    for (const [status, phases] of projects) {
      for (const [phase, count] of phases) {
        this.#projects.inc({ status }, count);
        this.#inPhase.set({ status, phase: phase ?? "none" }, count);
      }
    }
  }
}
