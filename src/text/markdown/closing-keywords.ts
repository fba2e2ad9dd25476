// https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
const KEYWORD = String.raw`(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)`;
// Every repetition has a limit or only one way to match, so each keyword costs a bounded number of steps.
const REFERENCE = String.raw`#|GH-|[\w.-]{1,100}(?:\/[\w.-]{1,100})?#|https?:`;
const KEYWORD_HERE = new RegExp(`^${KEYWORD}`, "i");
const CLOSING = new RegExp(String.raw`${KEYWORD}(?=\s*(?::\s*)?(?:${REFERENCE}))`, "gi");
/** Everything between a keyword and the digits of its number. */
const SIGN = /\s*(?::\s*)?(?:(?:[\w.-]{1,100}(?:\/[\w.-]{1,100})?)?#|GH-)/iy;
/** The only form that may stay active: a keyword and a number of this repository on one line. */
const PLAIN_REFERENCE = /[ \t]{0,5}:?[ \t]{0,5}#(\d{1,10})(?!\w)/y;
/** The next number in `Fixes #1, #2 and #3`. GitHub closes only the first, but people may mean all. */
const NEXT_REFERENCE = /(?:[ \t,&]|and|or){0,8}#(\d{1,10})(?!\w)/y;

/**
 * The positions of closing keywords that would close an issue outside `closes`.
 *
 * @param startsNode whether a new node begins at an index: a word may begin there even after a letter
 * @param isWhole whether a range of the text is one node in the Markdown; only there may a keyword stay active
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

/** The positions of the signs in front of the numbers that a closing keyword refers to: the `#` of `fix: #7`. */
export function keywordReferences(text: string): number[] {
  return forbiddenKeywords(text, []).flatMap((at) => {
    SIGN.lastIndex = at + (KEYWORD_HERE.exec(text.slice(at, at + 8))?.[0].length ?? 0);
    return SIGN.test(text) ? [SIGN.lastIndex - 1] : [];
  });
}

/** Where the references end; `null` if one of them is not allowed. */
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
