const SUBJECT_CHARACTERS_MAX = 1_000;
// GitHub's messages for the commits of a merge and of a squash. A rebase names no pull request.
const MERGE_COMMIT = /^Merge pull request #(\d{1,9}) from /;
const SQUASHED = / \(#(\d{1,9})\)$/;

/**
 * The pull request that a commit on a base branch came from, by its message; `null` if it names none. It is only a guess,
 * shown as the possible cause of a conflict, and decides nothing, because anyone can write such a message.
 */
export function mergedNumber(message: string): number | null {
  const subject = message.slice(0, SUBJECT_CHARACTERS_MAX).split("\n", 1)[0]?.trimEnd() ?? "";
  const named = MERGE_COMMIT.exec(subject)?.[1] ?? SQUASHED.exec(subject)?.[1];
  const number = Number(named ?? 0);
  return number > 0 ? number : null;
}
