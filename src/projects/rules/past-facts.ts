import { countedTime } from "../../signals/rules/time-ahead.ts";
import type { Dated, ProjectFacts } from "../project.ts";

/**
 * The facts without times that are far in the future: the fact counts as reported when the project last changed. Signals
 * with such times are refused, but facts of earlier ones may be stored, and would be later than all that follows.
 */
export function pastFacts(
  facts: ProjectFacts,
  { now, updatedAt }: { now: Date; updatedAt: Date },
): ProjectFacts {
  const past = (time: Date) => (countedTime(time, now) === time ? time : updatedAt);
  const dated = <T>(fact: Dated<T>): Dated<T> => ({ ...fact, at: past(fact.at) });
  const { created, failed, cancelled, completed, history, executions, lastActiveAt } = facts;
  return {
    ...facts,
    created: created && dated(created),
    failed: failed && dated(failed),
    cancelled: cancelled && dated(cancelled),
    completed: completed && dated(completed),
    history: history.map(dated),
    executions: executions.map(dated),
    lastActiveAt: lastActiveAt && past(lastActiveAt),
  };
}
