const BLANKS = /[\t\n\r ]*/y;
const TOKEN =
  // oxlint-disable-next-line no-control-regex -- JSON forbids control characters in a string
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

/**
 * Finds where a text stops being JSON.
 *
 * @param text a text that `JSON.parse` refuses
 * @returns the place in words, which follow “The body is not JSON: ”
 */
export function describeJsonMistake(text: string): string {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = 0;
  for (;;) {
    at = endOf(BLANKS, text, at);
    const end = endOf(TOKEN, text, at);
    const next: Expected | null = end === at ? null : nextAfter(text.slice(at, end), { expected, open });
    if (next === null) return describePlace(text, at);
    expected = next;
    at = end;
  }
}

/** Where a match that begins at `from` ends; `from` if there is none. */
function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/**
 * @param state.open the ends of the lists and objects that are not closed yet; changed here
 * @returns `null` if the token is not allowed
 */
function nextAfter(
  token: string,
  { expected, open }: { expected: Expected; open: string[] },
): Expected | null {
  const isValue = expected === "value" || expected === "value or end";
  const afterValue = () => (open.length === 0 ? "nothing" : "comma or end");
  if (token === ":") return expected === "colon" ? "value" : null;
  if (token === ",") {
    if (expected !== "comma or end") return null;
    return open.at(-1) === "}" ? "key" : "value";
  }
  if (token === "}" || token === "]") {
    if (!expected.endsWith("end") || open.pop() !== token) return null;
    return afterValue();
  }
  if (expected === "key" || expected === "key or end") return token.startsWith('"') ? "colon" : null;
  if (!isValue) return null;
  if (token !== "{" && token !== "[") return afterValue();
  open.push(token === "{" ? "}" : "]");
  return token === "{" ? "key or end" : "value or end";
}

function describePlace(text: string, at: number): string {
  if (text.trim() === "") return "it is empty";
  if (at >= text.length) return "it ends too early";
  const before = text.slice(0, at).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return `line ${before.length}, column ${column} has a mistake`;
}
