import { randomUUID } from "node:crypto";

const EPOCH = Date.parse("2026-01-05T09:00:00Z");

/** A CloudEvent about a project. Its time is `minute` minutes after a fixed start. */
export function cloudEvent(
  type: string,
  data: Record<string, unknown>,
  {
    id = randomUUID(),
    minute = 0,
    source = "test-meta-agent",
  }: { id?: string; minute?: number; source?: string } = {},
) {
  const time = new Date(EPOCH + minute * 60_000).toISOString();
  return { specversion: "1.0", id, source, type, time, data };
}

export function projectCreated(project: string, repository = "octo/hello", minute = 0) {
  return cloudEvent(
    "orb.project.created",
    {
      project: { id: project, name: "Add a greeting", userId: "user-1" },
      repository,
      workspace: { host: "host-1", path: `/workspaces/${project}` },
    },
    { minute },
  );
}

export function phaseStarted(project: string, phase: string, minute: number) {
  return cloudEvent("orb.phase.started", { project, phase, agent: `${phase}-agent` }, { minute });
}

export function completion(
  project: string,
  data: Record<string, unknown> = {},
  options: { id?: string; minute?: number } = {},
) {
  const defaults = { repository: "octo/hello", branch: "agent/greeting", summary: "Adds a greeting." };
  return cloudEvent(
    "orb.implementation.completed",
    { project, ...defaults, ...data },
    { minute: 30, ...options },
  );
}
