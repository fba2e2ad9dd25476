/** Breaks what GitHub would act on, without changing what people see. */
const ZERO_WIDTH_SPACE = "\u200b";

// A mention starts where no word character stands before it; teams are @org/team.
const MENTION = /(?<![\w`/])@(?=[A-Za-z0-9])/g;
// https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
const CLOSING =
  /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=\s*:?\s*(?:#|GH-|[\w.-]+\/[\w.-]+#|https?:|$))/gi;
// Another repository's issue: the mention would show up there.
const FOREIGN_REFERENCE = /(?<=[\w.-]\/[\w.-]{1,100})#(?=\d)/g;

// Of GitHub, with the long form of installation tokens; and private keys.
const TOKEN = /\b(?:gh[pousr]_[A-Za-z0-9._-]{20,}|github_pat_[A-Za-z0-9_]{20,})/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Text in which nobody is mentioned, nothing is closed and no other repository is referred to. */
export function defang(text: string): string {
  return text
    .replace(MENTION, `@${ZERO_WIDTH_SPACE}`)
    .replace(CLOSING, (keyword) => `${keyword[0]}${ZERO_WIDTH_SPACE}${keyword.slice(1)}`)
    .replace(FOREIGN_REFERENCE, `${ZERO_WIDTH_SPACE}#`);
}

/** Text without GitHub tokens and private keys: agents paste logs. */
export function withoutSecrets(text: string): string {
  return text.replace(PRIVATE_KEY, "[private key removed]").replace(TOKEN, "[token removed]");
}
