import { clip } from "../../text/clip.ts";
import { withoutSecrets } from "../../text/secrets/without-secrets.ts";

/** What is longer is cut before it is read. */
const READ_CHARACTERS_MAX = 64 * 1024;
/** And again before quotations are looked for, which takes longer. */
const QUOTING_CHARACTERS_MAX = 4_000;
const SENT_CHARACTERS_MAX = 1_000;
/** Shorter ones would cut words out of every text. */
const SECRET_CHARACTERS_MIN = 6;

/**
 * Quotations of more than 80 characters. Errors of libraries quote what they could not read, such as a part of a signal; names and
 * paths are shorter.
 */
const QUOTED = [
  // First, because it holds the others: JSON, and what MongoDB says about a duplicate key.
  /\{[\s\S]{81,}\}/,
  /\{[^}]{81,}$/,
  /"(?:[^"\\]|\\.){81,}(?:"|$)/gs,
  /'(?:[^'\\]|\\.){81,}(?:'|$)/gs,
  /`[^`]{81,}(?:`|$)/g,
  /“[^”]{81,}(?:”|$)/g,
] as const;
const CLOSING: Readonly<Record<string, string>> = { "{": "}", "“": "”" };
const HOME = /\/(home|Users)\/[^/\s'"`:)…]+/g;

/** What a text is cleaned of besides everything that looks like a secret. */
export interface Private {
  /** The bot's own secrets, which may look like any word. */
  readonly secrets: readonly string[];
  /** The folder that holds the bot, without a slash at the end: paths are shown from there. */
  readonly root: string;
}

/**
 * A text that may leave the installation: without secrets, by the rules of the log and by the bot's own settings; without long
 * quotations, names of people's homes and the place of the installation; at most 1 000 characters.
 */
export function scrubText(text: string, { secrets, root }: Private): string {
  let clean = text.slice(0, READ_CHARACTERS_MAX);
  for (const secret of secrets) {
    if (secret.length >= SECRET_CHARACTERS_MIN) clean = clean.replaceAll(secret, "[redacted]");
  }
  // The whole of it first: a secret that a cut halves is not recognised any more.
  clean = clip(withoutSecrets(clean), QUOTING_CHARACTERS_MAX);
  for (const quoted of QUOTED) clean = clean.replace(quoted, shortened);
  return clip(scrubPaths(clean, root), SENT_CHARACTERS_MAX);
}

/** The paths in a text, without names of people's homes and the place of the installation. */
export function scrubPaths(text: string, root: string): string {
  const shown = text.replaceAll(`file://${root}/`, "app:///").replaceAll(`${root}/`, "app:///");
  return shown.replace(HOME, "/$1/…");
}

function shortened(quotation: string): string {
  const first = quotation.charAt(0);
  return `${first}…${CLOSING[first] ?? first}`;
}
