// GitHub's own types of its answers, so that the compiler finds what is missing before the validator does.

import type { components } from "@octokit/openapi-types";

/** The type of one of GitHub's schemas by its name: `Schema<"pull-request">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** Times in GitHub's format: whole seconds, UTC. */
export function isoTime(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function isoTimeOrNull(date: Date | null): string | null {
  return date && isoTime(date);
}
