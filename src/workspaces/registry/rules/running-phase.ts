import type { OutlineFacts } from "../../../projects/project.ts";
import { PHASES, type Phase } from "../../../signals/signal.ts";

/**
 * The latest phase that has started and neither ended nor been overtaken by the end of the project; `null` if none runs. It depends
 * only on the set of signals, not on their order.
 */
export function runningPhase({
  history,
  completed,
  failed,
  cancelled,
}: Pick<OutlineFacts, "history" | "completed" | "failed" | "cancelled">): Phase | null {
  const ends = [completed, failed, cancelled].flatMap((end) => (end ? [end.at.getTime()] : []));
  const endedMs = Math.max(-Infinity, ...ends);
  const running = PHASES.filter((phase) => {
    const last = history.findLast(({ value }) => value.phase === phase);
    return last?.value.step === "started" && last.at.getTime() > endedMs;
  });
  return running.at(-1) ?? null;
}
