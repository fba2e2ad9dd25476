/** Breaks what GitHub would act on, without changing what people see. */
const ZERO_WIDTH_SPACE = "\u200b";

// A mention starts where no word character stands before it; teams are @org/team. As in GitHub's own filter:
// https://github.com/gjtorikian/html-pipeline/blob/v2.14.3/lib/html/pipeline/@mention_filter.rb
// A second one in a word counts too: in a@b.c@name the first makes an address, after which @name stands alone.
const MENTION = /(?:(?<!\w)|(?<=@[^\s@]{1,100}))@(?=[A-Za-z0-9])/g;
// https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
const KEYWORD = String.raw`(?<![A-Za-z0-9])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)`;
// Every repetition has a limit or one way to match: each keyword costs a bounded number of steps.
const REFERENCE = String.raw`#|GH-|[\w.-]{1,100}(?:\/[\w.-]{1,100})?#|https?:`;
const CLOSING = new RegExp(String.raw`${KEYWORD}(?=\s*(?::\s*)?(?:${REFERENCE}))`, "gi");
const CLOSING_OR_LAST = new RegExp(String.raw`${KEYWORD}(?=\s*(?::\s*)?(?:${REFERENCE}|$))`, "gi");
// Another repository's issue: the mention would show up there.
const FOREIGN_REFERENCE = /(?<=[\w.-]\/[\w.-]{1,100})#(?=\d)/g;
const FOREIGN_ADDRESS =
  /(?<=github\.com\/[\w.-]{1,100}\/[\w.-]{1,100}\/(?:issues|pull|discussions)\/)(?=\d)/gi;

// Of GitHub, with the long form of installation tokens; and private keys.
const TOKEN = /\b(?:gh[pousr]_[A-Za-z0-9._-]{20,}|github_pat_[A-Za-z0-9_]{20,})/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

// The markers between which the bot writes: they must not come from anybody else, not even inside of code.
const OWN_COMMENT = /<!--(?=\s*orb:)/g;

/**
 * Text in which nobody is mentioned, nothing is closed and no other repository is referred to.
 *
 * @param continues whether something follows on the same line that the keyword at the end could close
 */
export function defang(text: string, { continues = false }: { continues?: boolean } = {}): string {
  return text
    .replace(MENTION, `@${ZERO_WIDTH_SPACE}`)
    .replace(
      continues ? CLOSING_OR_LAST : CLOSING,
      (keyword) => `${keyword[0]}${ZERO_WIDTH_SPACE}${keyword.slice(1)}`,
    )
    .replace(FOREIGN_REFERENCE, `${ZERO_WIDTH_SPACE}#`)
    .replace(FOREIGN_ADDRESS, ZERO_WIDTH_SPACE);
}

/** Text without GitHub tokens and private keys: agents paste logs. */
export function withoutSecrets(text: string): string {
  return text.replace(PRIVATE_KEY, "[private key removed]").replace(TOKEN, "[token removed]");
}

/** Text in which nothing passes for one of the bot's own hidden comments. */
export function withoutOwnComments(text: string): string {
  return text.replace(OWN_COMMENT, `<!${ZERO_WIDTH_SPACE}--`);
}
