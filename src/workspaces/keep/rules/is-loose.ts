import type { CommitsAnswer } from "../ask-github.ts";
import type { GitObject } from "../resolve-objects.ts";
import type { Tip } from "./tip.ts";

export interface LooseFacts {
  readonly object: GitObject | undefined;
  /** Whether a commit that is kept somewhere contains the tip's commit. `null`: the tip leads to no commit. */
  readonly contained: boolean | null;
  /** Refs of a place that stays have this very id. */
  readonly stays: boolean;
  /** GitHub's answer; `null` before it was asked. */
  readonly answer: Pick<CommitsAnswer, "present"> | null;
}

/**
 * Whether a tip leads to something that is nowhere else.
 *
 * What was fetched came from somewhere, so it is enough that GitHub has it at all. What was made here must be kept by a branch or a
 * pull request of GitHub: it would drop anything else sooner or later. A tag with a message is an object of its own, which a
 * commit does not contain.
 */
export function isLoose(tip: Tip, { object, contained, stays, answer }: LooseFacts): boolean {
  if (stays) return false;
  const has = (sha: string): boolean => answer?.present.has(sha) ?? false;
  if (tip.kind === "fetched") return contained !== true && !has(object?.peeled.sha ?? tip.sha);
  if (object?.type === "tag") return contained !== true || !has(tip.sha);
  return contained === null ? !has(tip.sha) : !contained;
}
