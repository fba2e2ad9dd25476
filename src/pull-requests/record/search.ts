import type { PullRequestRecord } from "./record.ts";
import { neededPieces, piecesOf } from "./rules/search-pieces.ts";

/** More words make the search slower and find nothing more. */
const WORDS_MAX = 10;
const SEARCHED = ["branch", "pullRequest.title", "project", "repository"] as const;
/** A number as people and GitHub write it: `12`, `#12`, `octo/hello#12`. */
const NUMBER = /^(?:(?<repository>[\w.-]+\/[\w.-]+)?#)?(?<number>\d{1,9})$/;

type Condition = Readonly<Record<string, unknown>>;
type Names = Pick<PullRequestRecord, "branch" | "project" | "repository" | "pullRequest">;

/** What a record is found by, for its index: pieces of its texts, its number and its address. */
export function searchable({ branch, project, repository, pullRequest }: Names): string[] {
  const texts = [branch, project, repository, ...(pullRequest ? [pullRequest.title] : [])];
  const pieces = texts.flatMap((text) => piecesOf(text));
  const whole = pullRequest ? [`#${pullRequest.number}`, pullRequest.url] : [];
  return [...new Set([...pieces, ...whole])];
}

/**
 * The filter for what a person types to find a pull request. Every word must be part of the branch, title, project or
 * repository, in any case, or be the number or the address of the pull request. A word of one or two letters must begin a word there.
 *
 * @param q any text; without a word in it, it matches everything
 */
export function searchFilter(q: string): { $and?: Condition[] } {
  const words = q.split(/\s+/u).filter((word) => word !== "");
  if (words.length === 0) return {};
  const rest = words.slice(WORDS_MAX - 1).join(" ");
  const terms = words.length > WORDS_MAX ? [...words.slice(0, WORDS_MAX - 1), rest] : words;
  return { $and: terms.map(matchOf) };
}

function matchOf(term: string): Condition {
  // The index finds the pieces. That they are together in one of the texts is checked on each record that has them.
  const contains = regexOf(term);
  const isPart = {
    search: { $all: neededPieces(term) },
    $or: SEARCHED.map((field) => ({ [field]: contains })),
  };
  const others = [...numbered(term), ...(term.includes("://") ? [{ search: term }] : [])];
  return others.length > 0 ? { $or: [isPart, ...others] } : isPart;
}

function numbered(term: string): Condition[] {
  const { number, repository } = NUMBER.exec(term)?.groups ?? {};
  if (number === undefined) return [];
  const isNumber = { search: `#${Number(number)}`, "pullRequest.number": Number(number) };
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
