import { ANSI } from "../invisible.ts";

/** A text as its readers see it, and where each of its characters is in the text as it is written. */
export interface SeenText {
  readonly text: string;
  /** The place of a range in the written text; it includes everything unseen between its first and last character. */
  readonly placeOf: (from: number, to: number) => { readonly from: number; readonly to: number };
}

// Markdown and HTML let a text be written in a way that its readers do not see. Every repetition has a limit.
const COMMENT = "<!--[^>]{0,200}-->";
const EMPHASIS = String.raw`\*\*\*?|<\/?(?:b|i|u|s|em|strong|code|kbd|mark|small|span|sub|sup|wbr)\s?\/?>`;
const REFERENCE = String.raw`&(?:#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6})|([A-Za-z]{2,30}));`;
/** https://spec.commonmark.org/0.31.2/#backslash-escapes */
const ESCAPE = String.raw`\\(?=[!-/:-@[-\x60{-~])`;
/** Default ignorable code points of Unicode, such as joiners and variation selectors; formats and controls. */
const UNSEEN = String.raw`(?![\t\n\r])[\p{DI}\p{Cc}\p{Cf}]`;
const WRITTEN_OTHERWISE = new RegExp(
  [REFERENCE, ESCAPE, ANSI.source, COMMENT, EMPHASIS, UNSEEN].join("|"),
  "gu",
);

/** Named references to characters that secrets have, or that nobody sees. https://html.spec.whatwg.org/multipage/named-characters.html */
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  colon: ":",
  comma: ",",
  commat: "@",
  dollar: "$",
  equals: "=",
  excl: "!",
  gt: ">",
  lowbar: "_",
  lt: "<",
  nbsp: " ",
  num: "#",
  percnt: "%",
  period: ".",
  plus: "+",
  quest: "?",
  quot: '"',
  semi: ";",
  sol: "/",
  UnderBar: "_",
  ...Object.fromEntries(
    "shy zwj zwnj lrm rlm NoBreak ZeroWidthSpace NegativeThinSpace NegativeMediumSpace NegativeThickSpace NegativeVeryThinSpace af ApplyFunction it InvisibleTimes ic InvisibleComma"
      .split(" ")
      .map((name) => [name, ""]),
  ),
};
const CODE_POINT_MAX = 0x10ffff;

/** The text as its readers see it; `null` if it is written as it is seen. */
export function asSeen(written: string): SeenText | null {
  const pieces: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let copied = 0;
  const add = (piece: string, from: number, to?: number) => {
    pieces.push(piece);
    for (let index = 0; index < piece.length; index++) {
      starts.push(to === undefined ? from + index : from);
      ends.push(to ?? from + index + 1);
    }
  };
  for (const match of written.matchAll(WRITTEN_OTHERWISE)) {
    const end = match.index + match[0].length;
    const shown = shownFor(match);
    if (shown === null) continue;
    add(written.slice(copied, match.index), copied);
    if (shown !== "") add(shown, match.index, end);
    copied = end;
  }
  if (copied === 0) return null;
  add(written.slice(copied), copied);
  return {
    text: pieces.join(""),
    placeOf: (from, to) => ({ from: starts[from] ?? written.length, to: ends[to - 1] ?? written.length }),
  };
}

/** What is shown for a part of the written text; `null` if it is shown as it is written. */
function shownFor([, decimal, hexadecimal, name]: RegExpExecArray): string | null {
  if (name !== undefined) return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? null) : null;
  const digits = decimal ?? hexadecimal;
  if (digits === undefined) return "";
  const point = Number.parseInt(digits, decimal === undefined ? 16 : 10);
  if (point > CODE_POINT_MAX) return null;
  const character = String.fromCodePoint(point);
  return new RegExp(UNSEEN, "u").test(character) ? "" : character;
}
