import { pathText, type Path } from "./rules/path-text.ts";
import { describeJsonMistake } from "./rules/json-mistake.ts";
import { NestingScan } from "./rules/nesting.ts";
import { shownKey } from "./rules/shown.ts";

/** Such a key may also be written with escapes. */
const MAY_HAVE_FORBIDDEN_KEY = /__proto__|constructor|\\u/;

/** The value of a JSON text, or why it is refused: a sentence for its sender, in our own words. */
export type ParsedJson = { readonly value: unknown } | { readonly refused: string };

/**
 * Reads JSON from a program that is not trusted: valid UTF-8, of bounded depth, and without the keys with which a careless
 * copy would change the prototype of objects.
 *
 * @param what the name of the text in the sentence, such as “The body”
 */
export function parseJson(bytes: Uint8Array, what: string): ParsedJson {
  const scan = new NestingScan();
  scan.update(bytes);
  if (scan.mistake !== null) return { refused: `${what} ${scan.mistake}.` };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { refused: `${what} is not valid UTF-8.` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: `${what} is not JSON: ${describeJsonMistake(text)}.` };
  }
  const path = MAY_HAVE_FORBIDDEN_KEY.test(text) ? forbiddenKey(value) : null;
  if (path === null) return { value };
  return { refused: `${what} has the key ${shownKey(pathText(path))}, which is not allowed.` };
}

/** The path of the first key `__proto__`, or of the first `constructor` with a `prototype`. */
function forbiddenKey(value: unknown): Path | null {
  if (typeof value !== "object" || value === null) return null;
  for (const [key, child] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    if (key === "__proto__" || (key === "constructor" && hasPrototype(child))) return [step];
    const below = forbiddenKey(child);
    if (below) return [step, ...below];
  }
  return null;
}

function hasPrototype(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "prototype");
}
