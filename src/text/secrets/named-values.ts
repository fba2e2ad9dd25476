import type { Finding } from "./finding.ts";
import { isSecretValue } from "./judge-value.ts";

// A name that says that its value is secret, at the end of a longer name: `DB_PASSWORD`, `clientSecret`, `x-api-key`.
const PASSWORD_NAME =
  "passwords?|(?<!\\/etc\\/)passwd|passphrase|passcode|(?<![A-Za-z])(?:pass|pwd)|(?<=_)pw|(?-i:(?<=[a-z])(?:Pass|Pwd))";
const TOKEN_NAME =
  "tokens?|secrets?|secret[_.-]?key[_.-]?base|credentials?|(?<![A-Za-z])creds|_auth|shared[_.-]?access[_.-]?signature|" +
  "(?<![A-Za-z])(?:sig|signature)|(?:access|account|api|app|application|auth|client|consumer|deploy|encryption|encrypt|" +
  "admin|license|master|private|secret|service|shared|shared[_.-]?access|signing|storage|subscription|webhook|write)[_. -]?key";
/** What is between a name and its value: in settings, YAML, JSON, programs with or without types, XML, and tables. */
const BETWEEN = [
  // With a type. Its sign is no padding of base64, so it has a space or a quoted value beside it.
  String.raw`["'\x60\])]{0,3}\s{0,3}[?!]?:\s{0,3}[A-Za-z][\w<>.[\]]{0,30}(?:[ \t]{1,3}=(?![=>])|=(?=[ \t]{0,5}["']))[ \t]{0,5}(?=\S)`,
  // A block of YAML
  String.raw`["']?:[ \t]{0,5}[|>][+-]?[ \t]{0,5}\n[ \t]{1,40}`,
  String.raw`["'\x60\])]{0,3}[ \t]{0,5}(?:=>|:=|[!=]?={1,2}|[?!]?:(?!:)|\|)[ \t]{0,5}`,
  String.raw`["'\x60]?,?\s{0,30}["']?\bvalue["']?:[ \t]{0,5}`,
  String.raw`["'\x60]\s{0,3},\s{0,3}(?=["'\x60][^"'\x60\n]{1,200}["'\x60](?!\s{0,3}:))`,
  String.raw`"\s{1,3}value=(?=")`,
  String.raw`\((?=["'\x60])`,
  String.raw`>(?=[^<>\s]{1,200}<\/)`,
].join("|");
const NAMED = new RegExp(
  String.raw`(?:(${PASSWORD_NAME})|${TOKEN_NAME})(?:[_-]?\d{1,2})?(?![\w.-])(${BETWEEN})`,
  "gi",
);
/** `api_keys: ["value", "value"]` */
const LIST = new RegExp(
  String.raw`(?:(${PASSWORD_NAME})|(?:${TOKEN_NAME})s?)(?![\w.-])["']?\s{0,3}[:=]\s{0,3}\[\s{0,40}(?=["'])`,
  "gi",
);
const NEXT_ITEM = /["']\s{0,3},\s{0,40}(?=["'])/y;
const ITEMS_MAX = 50;
/** `--password value`, and `ENV DB_PASSWORD value` of a Dockerfile. */
const OPTION = new RegExp(
  String.raw`(?<=--[\w-]{0,40}|\bENV\s[A-Z0-9_]{0,40})(?:(${PASSWORD_NAME})|${TOKEN_NAME})( {1,3})(?=[^\s-])`,
  "gi",
);
/** `machine example.com login user password value`, as in `.netrc`. */
const NETRC = /(?<=\blogin\s{1,5}\S{1,100}\s{1,5})(password)(\s{1,5})(?=\S)/g;
/** `IDENTIFIED BY 'value'`, `WITH PASSWORD 'value'`, as in SQL. */
const SQL =
  /\b(identified(?:\s{1,5}with\s{1,5}\S{1,60})?\s{1,5}by|(?<=\b(?:with|role|user)\b[^\n;]{0,200})password)(\s{1,5})(?=')/gi;
const NAME_BEFORE = /[\w.$-]{0,60}$/;
const NAME_CHARACTERS_MAX = 60;

/** A backslash may stand before a quotation mark that belongs to the value. */
const QUOTED = /[bru]?(["'`])((?:\\[^\n]|(?!\1)[^\n\\]){1,1000})\1/y;
/** Up to a space, or up to a sign that ends the value: the next name or the end follows it. */
const BARE = /["'`]?((?:[^\s"'`<>;&,)\]}|]|[;&,)\]}|](?![\s"'`;&,)\]}|]|$|[\w .-]{1,40}=)){1,1000})/y;
const REST = /[^\s"'`<>;&,]*/y;

interface Value {
  readonly from: number;
  readonly text: string;
  readonly isQuoted: boolean;
  readonly isLiteral: boolean;
}

/** Values whose names say that they are secret: `DB_PASSWORD=…`, `"apiKey": "…"`, `token: …`. */
export function findNamedValues(text: string): Finding[] {
  return [
    ...inPattern(text, NAMED),
    ...inPattern(text, OPTION),
    ...inPattern(text, NETRC),
    ...inPattern(text, SQL),
    ...inLists(text),
  ];
}

function* inPattern(text: string, pattern: RegExp): Generator<Finding> {
  let read = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index < read) continue;
    const [whole, password, between = ""] = match;
    const end = match.index + whole.length;
    const value = valueAt(text, end);
    if (value === null) continue;
    const isPassword = password !== undefined;
    const isSecret = isSecretValue({
      name: nameBefore(text, end - between.length),
      isPassword,
      value: value.text,
      isQuoted: value.isQuoted,
      isLiteral: value.isLiteral,
      isTight: !/\s|\||[!=]=/.test(between),
    });
    if (!isSecret) continue;
    REST.lastIndex = value.from + value.text.length;
    read = REST.lastIndex + (value.isQuoted ? 0 : (REST.exec(text)?.[0].length ?? 0));
    yield { from: value.from, to: read, words: isPassword ? "[password removed]" : "[token removed]" };
  }
}

function* inLists(text: string): Generator<Finding> {
  for (const { 0: whole, 1: password, index } of text.matchAll(LIST)) {
    let at = index + whole.length;
    for (let item = 1; item <= ITEMS_MAX; item++) {
      const value = valueAt(text, at);
      if (value === null || !value.isQuoted) break;
      const { from, text: inside, isQuoted, isLiteral } = value;
      const isPassword = password !== undefined;
      const to = from + inside.length;
      if (isSecretValue({ name: "", isPassword, value: inside, isQuoted, isLiteral, isTight: false })) {
        yield { from, to, words: isPassword ? "[password removed]" : "[token removed]" };
      }
      NEXT_ITEM.lastIndex = to;
      const next = NEXT_ITEM.exec(text);
      if (next === null) break;
      at = to + next[0].length;
    }
  }
}

function valueAt(text: string, at: number): Value | null {
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(text);
  if (quoted) {
    const [whole, mark, inside = ""] = quoted;
    // Markdown's code is not a string: it may be an expression of a program.
    const from = at + whole.length - 1 - inside.length;
    return { from, text: inside, isQuoted: mark !== "`", isLiteral: mark === "'" };
  }
  BARE.lastIndex = at;
  const bare = BARE.exec(text);
  const value = bare?.[1] ?? "";
  if (bare === null) return null;
  return { from: at + bare[0].length - value.length, text: value, isQuoted: false, isLiteral: false };
}

function nameBefore(text: string, end: number): string {
  return NAME_BEFORE.exec(text.slice(Math.max(0, end - NAME_CHARACTERS_MAX), end))?.[0] ?? "";
}
