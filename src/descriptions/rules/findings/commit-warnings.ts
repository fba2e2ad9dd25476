import { isPackage } from "../../../text/markdown/defang.ts";
import { LOGIN } from "../../../text/github-names.ts";
import { shortSha } from "../../../text/short-sha.ts";

const COMMITS_MAX = 250;
const MESSAGE_CHARACTERS_MAX = 4_000;
const MESSAGES_CHARACTERS_MAX = 200_000;
const FOUND_PER_COMMIT_MAX = 5;

// https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
// Every repetition has a limit: a message costs time in proportion to its length.
const CLOSING =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]{1,3}((?:[\w.-]{1,100}\/[\w.-]{1,100})?#\d{1,10}|GH-\d{1,10}|https?:\/\/[\w.-]{1,100}\/[\w.-]{1,100}\/[\w.-]{1,100}\/(?:issues|pull)\/\d{1,10})/gi;
const OWN_REFERENCE = /^(?:#|GH-)(\d+)$/i;
const MENTION = new RegExp(String.raw`(?<![\w./@-])@${LOGIN}(?:/[\w-]{1,100})?`, "g");
/** An `@` in one of these lines belongs to an e-mail address. It mentions nobody. */
const TRAILER = /^(?:co-authored-by|signed-off-by|reported-by|reviewed-by|acked-by|tested-by):/i;

/** What merging a commit does that the pull request does not say. */
export interface CommitWarning {
  readonly sha: string;
  /** As written in the message: `fixes #9`. */
  readonly closes: readonly string[];
  readonly mentions: readonly string[];
}

/**
 * Commits whose messages have effects when they are merged: GitHub closes the issues that they name and notifies the
 * people that they mention, even if the description does not name them.
 *
 * @param ownIssues the issues that the pull request is about; closing those surprises nobody
 * @param intoDefault whether the base is the default branch; GitHub closes no issues for other bases
 * @param owner of the repository: `@owner/team` is a team, and any other `@types/node` a package
 */
export function commitWarnings(
  commits: readonly { readonly sha: string; readonly message: string }[],
  {
    ownIssues,
    intoDefault,
    owner,
  }: { readonly ownIssues: readonly number[]; readonly intoDefault: boolean; readonly owner: string },
): CommitWarning[] {
  let left = MESSAGES_CHARACTERS_MAX;
  return commits.slice(0, COMMITS_MAX).flatMap(({ sha, message }) => {
    const text = message.slice(0, Math.min(left, MESSAGE_CHARACTERS_MAX));
    left -= text.length;
    const closes = intoDefault ? closingIn(text, ownIssues) : [];
    const mentions = mentionsIn(text, owner);
    if (closes.length + mentions.length === 0) return [];
    return [{ sha: shortSha(sha), closes, mentions }];
  });
}

function closingIn(text: string, ownIssues: readonly number[]): string[] {
  const found = [...text.matchAll(CLOSING)].filter(([, reference = ""]) => {
    const own = OWN_REFERENCE.exec(reference)?.[1];
    return own === undefined || !ownIssues.includes(Number(own));
  });
  return distinct(found.map(([words]) => words.replaceAll(/\s+/g, " ")));
}

function mentionsIn(text: string, owner: string): string[] {
  const lines = text.split("\n").filter((line) => !TRAILER.test(line.trimStart()));
  return distinct(
    lines.flatMap((line) => line.match(MENTION) ?? []).filter((name) => !isPackage(name, owner)),
  );
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, FOUND_PER_COMMIT_MAX);
}
