// https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
const KEYWORD = String.raw`(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)`;
// Every repetition has a limit or one way to match: each keyword costs a bounded number of steps.
const REFERENCE = String.raw`#|GH-|[\w.-]{1,100}(?:\/[\w.-]{1,100})?#|https?:`;
const CLOSING = new RegExp(String.raw`${KEYWORD}(?=\s*(?::\s*)?(?:${REFERENCE}))`, "gi");
/** The one form that may stay live: keyword and number of this repository on one line. */
const PLAIN_REFERENCE = /[ \t]{0,5}:?[ \t]{0,5}#(\d{1,10})(?!\w)/y;
/** What follows it in `Fixes #1, #2 and #3`. GitHub closes only the first; people may mean all. */
const NEXT_REFERENCE = /(?:[ \t,&]|and|or){0,8}#(\d{1,10})(?!\w)/y;

/**
 * The closing keywords that have something to close, but for those that close nothing except `closes`.
 *
 * @param startsNode whether the piece of text that begins at an index was not joined to the text before it: a word
 *   may begin there although a letter stands before
 * @param isWhole whether a range of the text was one piece in the Markdown: only there may a keyword stay live
 */
export function forbiddenKeywords(
  text: string,
  closes: readonly number[],
  {
    startsNode = () => false,
    isWhole = () => true,
  }: { startsNode?: (at: number) => boolean; isWhole?: (from: number, to: number) => boolean } = {},
): number[] {
  return [...text.matchAll(CLOSING)].flatMap((match) => {
    const at = match.index;
    if (/[A-Za-z0-9]/.test(text[at - 1] ?? "") && !startsNode(at)) return [];
    const end = endOfAllowed(text, at + match[0].length, closes);
    return end !== null && isWhole(at, end) ? [] : [at];
  });
}

/** Where the references end, if all of them are allowed. */
function endOfAllowed(text: string, from: number, closes: readonly number[]): number | null {
  let end: number | null = null;
  let pattern = PLAIN_REFERENCE;
  for (let at = from; ; pattern = NEXT_REFERENCE) {
    pattern.lastIndex = at;
    const number = pattern.exec(text)?.[1];
    if (number === undefined) return end;
    if (!closes.includes(Number(number))) return null;
    at = pattern.lastIndex;
    end = at;
  }
}
