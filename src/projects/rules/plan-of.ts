import type { Plan, ProjectFacts } from "../project.ts";

/** The agents' latest plan; `null` if they made none. */
export function planOf({ history }: Pick<ProjectFacts, "history">): Plan | null {
  return history.findLast(({ value }) => value.plan !== null)?.value.plan ?? null;
}
