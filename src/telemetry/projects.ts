import { LONG_SECONDS } from "../monitoring/metrics.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** Projects, and the agents that work on them. */
export class ProjectTelemetry extends TelemetryPart {
  readonly #projects;
  readonly #executions;
  readonly #executionDuration;

  constructor(instruments: Instruments) {
    super(instruments);
    const { metrics } = instruments;
    this.#projects = metrics.gauge({
      name: "orb_projects",
      help: "Projects known, by status",
      labelNames: ["status"],
    });
    this.#executions = metrics.counter({
      name: "orb_agent_executions_total",
      help: "Agent runs that Meta-Agents reported",
      labelNames: ["phase", "outcome"],
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

  agentExecuted({
    phase,
    outcome,
    durationMs,
  }: {
    phase: string;
    outcome: string;
    durationMs: number;
  }): void {
    this.#executions.inc({ phase, outcome });
    this.#executionDuration.observe({ phase }, durationMs / 1000);
  }

  /** How many there are of each status. */
  counted(projects: ReadonlyMap<string, number>): void {
    this.#projects.reset();
    for (const [status, count] of projects) this.#projects.set({ status }, count);
  }
}
