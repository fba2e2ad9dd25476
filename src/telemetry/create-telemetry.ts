import { DeliveryTelemetry } from "./deliveries.ts";
import { GitHubTelemetry } from "./github.ts";
import { HttpTelemetry } from "./http.ts";
import { InstallationTelemetry } from "./installations.ts";
import { JobTelemetry } from "./jobs.ts";
import { OutboxTelemetry } from "./outbox.ts";
import type { Instruments } from "./part.ts";
import { ProcessTelemetry } from "./process.ts";
import { ProjectTelemetry } from "./projects.ts";
import { PullRequestTelemetry } from "./pull-requests.ts";
import { SignalTelemetry } from "./signals.ts";

/** The telemetry of every subject. */
export function createTelemetry(instruments: Instruments) {
  return {
    deliveries: new DeliveryTelemetry(instruments),
    github: new GitHubTelemetry(instruments),
    http: new HttpTelemetry(instruments),
    installations: new InstallationTelemetry(instruments),
    jobs: new JobTelemetry(instruments),
    outbox: new OutboxTelemetry(instruments),
    process: new ProcessTelemetry(instruments),
    projects: new ProjectTelemetry(instruments),
    pullRequests: new PullRequestTelemetry(instruments),
    signals: new SignalTelemetry(instruments),
  };
}
