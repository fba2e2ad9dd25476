import { type Finding, inOrder } from "./finding.ts";
import { findInHeaders } from "./headers.ts";
import { findNamedValues } from "./named-values.ts";
import { findPrivateKeys } from "./private-keys.ts";
import { asSeen } from "./seen-text.ts";
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
  let result = "";
  let copied = 0;
  for (const { from, to, words } of secretsIn(text)) {
    const before = text.slice(Math.max(0, from - ADDRESS_CHARACTERS_MAX), from);
    result += text.slice(copied, from);
    // A space would end the address of a link, and the rest of the link would become text.
    result += LINK_BEFORE.test(before) ? words.replaceAll(" ", "%20") : words;
    copied = to;
  }
  return result + text.slice(copied);
}

/** The secrets that `withoutSecrets` removes, in their order; none overlaps another. */
export function secretsIn(text: string): Finding[] {
  const seen = asSeen(text);
  const written = findSecrets(text);
  if (seen === null) return inOrder(written);
  // What readers don't see, such as a comment, is still in the text, so that is read too.
  const shown = findSecrets(seen.text).map(({ from, to, words }) =>
    Object.assign(seen.placeOf(from, to), { words }),
  );
  return inOrder([...shown, ...written]);
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
