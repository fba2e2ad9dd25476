import type { Finding, HealthCheck } from "./check.ts";

/** MongoDB answers in milliseconds. */
const WITHIN_MS = 2_000;

interface Stored extends Pick<HealthCheck, "name" | "everyMs" | "ask"> {
  /** What is not known if MongoDB does not answer, as a sentence. */
  readonly unknown: string;
}

/** A check of what MongoDB has stored. Without an answer nothing is known, which is not the same as nothing wrong. */
export function storedHealth({ name, everyMs, ask, unknown: reason }: Stored): HealthCheck {
  const remedy = "Check that MongoDB is running and can be reached from here. The bot continues by itself.";
  const failed = down({ code: `${name}_unknown`, reason, remedy });
  return { name, everyMs, withinMs: WITHIN_MS, failed, ask };
}

/** Something is wrong that keeps no process from serving. */
export function down(problem: NonNullable<Finding["problem"]>, facts: Finding["facts"] = {}): Finding {
  return { up: false, blocks: false, problem, facts };
}
