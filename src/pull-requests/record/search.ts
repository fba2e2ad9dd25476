/** More words make the search slower and find nothing more. */
const WORDS_MAX = 10;
const SEARCHED = ["branch", "pullRequest.title", "project", "repository"] as const;
/** A number as people and GitHub write it: `12`, `#12`, `octo/hello#12`. */
const NUMBER = /^(?:(?<repository>[\w.-]+\/[\w.-]+)?#)?(?<number>\d{1,9})$/;

type Condition = Readonly<Record<string, unknown>>;

/**
 * The filter for what a person types to find a pull request. Every word must be part of the branch, title, project or
 * repository, in any case, or be the number or the address of the pull request.
 *
 * @param q any text; without a word in it, it matches everything
 */
export function searchFilter(q: string): { $and?: Condition[] } {
  const words = q.split(/\s+/u).filter((word) => word !== "");
  if (words.length === 0) return {};
  const rest = words.slice(WORDS_MAX - 1).join(" ");
  const terms = words.length > WORDS_MAX ? [...words.slice(0, WORDS_MAX - 1), rest] : words;
  return { $and: terms.map((term) => ({ $or: matchesOf(term) })) };
}

function matchesOf(term: string): Condition[] {
  const contains = regexOf(term);
  const texts = SEARCHED.map((field) => ({ [field]: contains }));
  return [...texts, { "pullRequest.url": term }, ...numbered(term)];
}

function numbered(term: string): Condition[] {
  const { number, repository } = NUMBER.exec(term)?.groups ?? {};
  if (number === undefined) return [];
  const isNumber = { "pullRequest.number": Number(number) };
  if (repository === undefined) return [isNumber];
  return [{ ...isNumber, repository: regexOf(repository, { whole: true }) }];
}

/**
 * A text as a pattern of MongoDB, which has another syntax than JavaScript: escapes that only one of them knows would be
 * refused. A pattern can't contain the character NUL, which no branch, title or name has.
 */
function regexOf(text: string, { whole = false } = {}): { $regex: string; $options: "i" } | { $in: [] } {
  if (text.includes("\0")) return { $in: [] };
  const literal = text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return { $regex: whole ? `^${literal}$` : literal, $options: "i" };
}
