const SUBJECT_CHARACTERS_MAX = 1_000;
// How GitHub words the commits of its three ways to merge; a rebase names nothing.
const MERGE_COMMIT = /^Merge pull request #(\d{1,9}) from /;
const SQUASHED = / \(#(\d{1,9})\)$/;

/**
 * Which pull request a commit on a base branch came from, by its message; `null` where it names none. A guess that is
 * shown as the possible cause of a conflict and decides nothing: anybody may write such a message.
 */
export function mergedNumber(message: string): number | null {
  const subject = message.slice(0, SUBJECT_CHARACTERS_MAX).split("\n", 1)[0]?.trimEnd() ?? "";
  const named = MERGE_COMMIT.exec(subject)?.[1] ?? SQUASHED.exec(subject)?.[1];
  const number = Number(named ?? 0);
  return number > 0 ? number : null;
}
