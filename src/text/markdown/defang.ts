import { isOwnRepository } from "./addresses.ts";
import { forbiddenKeywords, keywordReferences } from "./closing-keywords.ts";
import type { MarkdownPolicy } from "./policy.ts";
import { withoutSkipInstructions } from "./skip-instructions.ts";

/** Breaks text that GitHub and other bots would act on, without changing what people see. */
const ZERO_WIDTH_SPACE = "\u200b";

// A mention must not follow a word character; teams are @org/team. As in GitHub's own filter:
// https://github.com/gjtorikian/html-pipeline/blob/v2.14.3/lib/html/pipeline/@mention_filter.rb
// A second one in a word counts too: in a@b.c@name the first makes an address, and @name after it is a mention.
const MENTION = /(?:(?<!\w)|(?<=@[^\s@]{1,100}))@(?=[A-Za-z0-9])/g;
/** In a title, nothing is an e-mail address. */
const TITLE_MENTION = /(?<!\w)@(?=([A-Za-z0-9][\w.-]{0,100}(?:\/[\w.-]{1,100})?))/g;
// GitHub makes a link of an e-mail address even if its `@` is escaped.
// https://github.github.com/gfm/#extended-email-autolink
const MAIL = /(?<=[\w.+-])@([\w-][\w.-]*)/g;
// The only protocol that GitHub links and this parser does not.
const FTP = /\bftp:(?=\/\/)/gi;
// A link in a formula: GitHub renders `$…$` in text as a formula.
const FORMULA_LINK = /\\(?=(?:href|url)(?![a-z]))/gi;
// Another repository's issue: GitHub would show the reference there.
const REFERENCE = /(?<=([\w.-]{1,100}\/[\w.-]{1,100}))#(?=\d)/g;
const ADDRESS =
  /(?<=(?:github\.com|:\/\/[\w.-]{1,100})\/([\w.-]{1,100}\/[\w.-]{1,100})\/(?:issues|pull|discussions)\/)(?=\d)/gi;

// Bots read commands at the start of lines. Text that continues like a path, such as `/usr/bin`, is no command.
const COMMAND = /\/(?<=(?:^|\n)[^\S\n]{0,20}\/)(?=[A-Za-z][\w-]{0,50}(?![\w/.-]))/g;
const COMMAND_ON_LATER_LINE = /\/(?<=\n[^\S\n]{0,20}\/)(?=[A-Za-z][\w-]{0,50}(?![\w/.-]))/g;

// The bot's hidden lines, such as its section markers and `orb-provenance`, which programs read. Nobody else may write
// them, not even inside code. The match ignores case and allows dashes, in case a program reads them less strictly.
const OWN_COMMENT = /<!--(?=[\s-]*orb(?![a-z0-9]))/gi;

/** The text without effective mentions and without references to other repositories. */
export function defang(text: string, policy: Pick<MarkdownPolicy, "repository"> = {}): string {
  return withoutReferences(text.replace(MENTION, `@${ZERO_WIDTH_SPACE}`), policy);
}

function withoutReferences(text: string, policy: Pick<MarkdownPolicy, "repository">): string {
  const unlessOwn = (broken: string) => (sign: string, repository: string) =>
    isOwnRepository(repository, policy) ? sign : broken;
  return text
    .replace(MAIL, (at, host: string) => (isMailHost(host) ? `@${ZERO_WIDTH_SPACE}${host}` : at))
    .replace(FTP, (protocol) => `${protocol}${ZERO_WIDTH_SPACE}`)
    .replace(FORMULA_LINK, `\\${ZERO_WIDTH_SPACE}`)
    .replace(REFERENCE, unlessOwn(`${ZERO_WIDTH_SPACE}#`))
    .replace(ADDRESS, unlessOwn(ZERO_WIDTH_SPACE));
}

/**
 * Whether an `@scope/name` is a package, and not a team.
 *
 * @param owner of the repository: only the owner's teams can be mentioned in it
 */
export function isPackage(mention: string, owner: string): boolean {
  return mention.includes("/") && !mention.toLowerCase().startsWith(`@${owner.toLowerCase()}/`);
}

/** A host ends in a letter, a package version in a digit. Parsers differ on whether two dots end a host. */
function isMailHost(host: string): boolean {
  const endsInLetter = (labels: readonly string[]) =>
    labels.length > 1 && /[A-Za-z]$/.test(labels.findLast((label) => label !== "")?.at(-1) ?? "");
  const [upToTwoDots = ""] = host.split("..");
  return endsInLetter(host.split(".")) || endsInLetter(upToTwoDots.split("."));
}

/** Breaks the text after the letters at the given places, so that no keyword is left. */
export function breakAt(text: string, places: readonly number[]): string {
  let broken = "";
  let copied = 0;
  for (const place of places) {
    broken += text.slice(copied, place + 1) + ZERO_WIDTH_SPACE;
    copied = place + 1;
  }
  return broken + text.slice(copied);
}

/** Defangs plain text for a place without Markdown; closing keywords and instructions to skip checks are broken too. */
export function defangPlain(text: string): string {
  return withoutSkipInstructions(defang(breakAt(text, forbiddenKeywords(text, []))));
}

/**
 * Defangs a title, and breaks instructions to skip checks. Its other words stay whole, because programs read the type of the change in `fix: #7`, so the reference
 * behind a closing keyword is broken instead. Names of packages stay whole too: GitHub sees no user in `@types/node`, and
 * a team only if it belongs to the owner of the repository.
 *
 * @param owner of the repository; if it is `null`, every `@name/name` counts as a team
 */
export function defangTitle(text: string, owner: string | null): string {
  const broken = breakAt(text, keywordReferences(text)).replace(TITLE_MENTION, (at, name: string) =>
    owner !== null && isPackage(`@${name}`, owner) ? at : `${at}${ZERO_WIDTH_SPACE}`,
  );
  return withoutSkipInstructions(withoutReferences(broken, {}));
}

/**
 * The text without lines that are commands to a bot.
 *
 * @param startsLine whether the text itself begins a line
 */
export function withoutCommands(text: string, { startsLine }: { startsLine: boolean }): string {
  return text.replace(startsLine ? COMMAND : COMMAND_ON_LATER_LINE, `/${ZERO_WIDTH_SPACE}`);
}

/** The text without anything that looks like one of the bot's own hidden comments. */
export function withoutOwnComments(text: string): string {
  return text.replace(OWN_COMMENT, `<!${ZERO_WIDTH_SPACE}--`);
}
