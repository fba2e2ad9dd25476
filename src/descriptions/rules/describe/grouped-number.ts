import { ownWords, type SafeMarkdown } from "../../../text/safe.ts";

const NO_BREAK_SPACE = "\u00a0";

/** A number with its digits grouped: `20 000`. */
export function groupedNumber(number: number): SafeMarkdown {
  return ownWords(String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, NO_BREAK_SPACE));
}
