import type { BotEvent } from "../../fixtures/meta-agent/follow-events.ts";
import type { Stage } from "./stage.ts";

export interface Outcome {
  readonly project: string;
  readonly pullRequest: {
    readonly number: number;
    readonly url: string;
    readonly state: string;
    readonly draft: boolean;
    readonly labels: readonly string[];
    readonly title: string;
  };
  /** The types of the project's events, in order. */
  readonly events: readonly string[];
}

/** The state of the pull request as GitHub has it, not as the bot reports it. */
export function outcomeOf(
  number: number,
  { stage, projectId, events }: { stage: Stage; projectId: string; events: readonly BotEvent[] },
): Outcome {
  const { state, draft, title, ...shown } = stage.github.pullRequest(stage.repository, number);
  const labels = shown.labels.map((key) => stage.repository.labels.get(key)?.name ?? key);
  const url = `${stage.github.url}/${stage.fullName}/pull/${number}`;
  return {
    project: projectId,
    pullRequest: { number, url, state, draft, labels, title },
    events: events.map(({ type }) => type),
  };
}
