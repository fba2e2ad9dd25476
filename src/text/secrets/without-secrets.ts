import { type Finding, inOrder } from "./finding.ts";
import { findInHeaders } from "./headers.ts";
import { findNamedValues } from "./named-values.ts";
import { findPrivateKeys } from "./private-keys.ts";
import { asSeen, type SeenText } from "./seen-text.ts";
import { findInAddresses } from "./secret-addresses.ts";
import { findTokens } from "./tokens.ts";

/**
 * The text without recognizable tokens, private keys, passwords and addresses of webhooks: agents paste logs.
 * Placeholders, such as `$TOKEN` or `<your-token>`, stay, and so do SHAs, UUIDs and digests.
 *
 * The text is read as its readers see it first, so a character that nobody sees can't hide a token. Everything outside
 * a secret stays as it is written. The time grows with the length of the text, and not with its square.
 */
export function withoutSecrets(text: string): string {
  const seen = asSeen(text);
  // What readers don't see, such as a comment, is still in the text, so that is read too.
  return seen === null ? cut(text, asWritten(text)) : cutAsWritten(cut(text, seen));
}

/** A value of JSON, or one that may become JSON, with `withoutSecrets` for each text in it. Names of fields stay. */
export function withoutSecretsInside<T>(value: T): T {
  return inside(value) as T;
}

function inside(value: unknown): unknown {
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(inside);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, inside(field)]));
}

/** The beginning of a link's address in Markdown, up to the end of the text. */
const LINK_BEFORE = /\]\([^\s()<>]*$/;
const ADDRESS_CHARACTERS_MAX = 500;

function cutAsWritten(text: string): string {
  return cut(text, asWritten(text));
}

function asWritten(text: string): SeenText {
  return { text, placeOf: (from, to) => ({ from, to }) };
}

function cut(written: string, { text, placeOf }: SeenText): string {
  let result = "";
  let copied = 0;
  for (const { from, to, words } of inOrder(findSecrets(text))) {
    const place = placeOf(from, to);
    const before = written.slice(Math.max(0, place.from - ADDRESS_CHARACTERS_MAX), place.from);
    result += written.slice(copied, place.from);
    // A space would end the address of a link, and the rest of the link would become text.
    result += LINK_BEFORE.test(before) ? words.replaceAll(" ", "%20") : words;
    copied = place.to;
  }
  return result + written.slice(copied);
}

/** All of them. If two overlap, the first in this list names what was removed. */
function findSecrets(text: string): Finding[] {
  return [
    ...findPrivateKeys(text),
    ...findTokens(text),
    ...findInAddresses(text),
    ...findInHeaders(text),
    ...findNamedValues(text),
  ];
}
