import type { LogFields } from "../../monitoring/log-fields.ts";

/**
 * What a stored signal is about, for the log and for reports. Its agent is the one that it names, or the first one.
 *
 * @param data as its type says, also of earlier versions
 */
export function aboutSignal({
  id: signalId,
  type,
  project,
  data,
}: {
  readonly id: string;
  readonly type: string;
  readonly project: string;
  readonly data: unknown;
}): LogFields {
  const { repository, agent, agents, project: created } = (data ?? {}) as Readonly<Record<string, unknown>>;
  const first = Array.isArray(agents) ? (agents[0] as { name?: unknown } | undefined)?.name : undefined;
  const { userId } = (created ?? {}) as { userId?: unknown };
  return {
    signalId,
    type,
    project,
    userId: textOr(userId),
    repository: textOr(repository),
    agent: textOr(agent) ?? textOr(first),
  };
}

function textOr(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
