import type { Sibling } from "../../../src/descriptions/rules/description-facts.ts";

/** An open pull request of the same change, of which nothing is known yet. */
export function sibling(more: Partial<Sibling> = {}): Sibling {
  return { repository: "acme/api", number: 3, state: "open", checks: "pending", review: "none", ...more };
}
