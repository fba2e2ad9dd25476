import type { CheckState } from "../../../src/github/facts/branch-rules.ts";

/** An optional check in this state, with the usual conclusion. */
export function check(name: string, state: CheckState["state"], more: Partial<CheckState> = {}): CheckState {
  const conclusion = { pending: null, passed: "success", failed: "failure" }[state];
  return { id: 1, name, state, conclusion, description: null, url: null, required: false, ...more };
}
