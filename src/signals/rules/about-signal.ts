/** What a stored signal is about, for the log and for reports. */
interface About {
  readonly type: string;
  readonly project: string;
  readonly userId: string | null;
  readonly repository: string | null;
  /** The agent that the signal names, or the first one. */
  readonly agent: string | null;
}

/** @param data as its type says, also of earlier versions */
export function aboutSignal({
  type,
  project,
  data,
}: {
  readonly type: string;
  readonly project: string;
  readonly data: unknown;
}): About {
  const { repository, agent, agents, project: created } = (data ?? {}) as Readonly<Record<string, unknown>>;
  const first = Array.isArray(agents) ? (agents[0] as { name?: unknown } | undefined)?.name : undefined;
  const { userId } = (created ?? {}) as { userId?: unknown };
  return {
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
