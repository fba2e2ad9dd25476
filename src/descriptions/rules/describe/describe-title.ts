import type { Comparison } from "../../../github/facts/comparison.ts";
import type { Completion } from "../../../signals/signal.ts";
import type { SafeText } from "../../../text/safe.ts";
import { sanitizeText } from "../../../text/markdown/sanitize.ts";

const TITLE_CHARACTERS_MAX = 240; // GitHub refuses more than 256

/** The title: the agent's, or else the only commit's subject, or else the branch's name in words. Never empty. */
export function describeTitle({
  completion,
  comparison,
}: {
  readonly completion: Completion;
  readonly comparison: Pick<Comparison, "commits">;
}): SafeText {
  const [only, ...others] = comparison.commits;
  const words = completion.branch.split("/").at(-1)?.replaceAll(/[-_]+/g, " ").trim() ?? "";
  const fromBranch = words.charAt(0).toUpperCase() + words.slice(1);
  const candidates = [completion.title ?? "", only && others.length === 0 ? only.subject : "", fromBranch];
  // A text of only invisible characters is empty after sanitizing, so it is no title.
  const [owner = ""] = completion.repository.split("/", 1);
  const titles = candidates.map((text) => sanitizeText(text, TITLE_CHARACTERS_MAX, { owner }));
  return titles.find((title) => title !== "") ?? sanitizeText("Changes by AI agents", TITLE_CHARACTERS_MAX);
}
