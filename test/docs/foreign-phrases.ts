/** A wording that a reader stumbles over, and what to write instead. */
export interface ForeignPhrase {
  /** A sentence in which the pattern must find it. */
  readonly example: string;
  /** A regular expression. Each space in it also matches a line end with the marks of a comment or a list. */
  readonly pattern: string;
  readonly better: string;
}

export interface Finding {
  /** From 1. */
  readonly line: number;
  readonly found: string;
  readonly better: string;
}

/**
 * The words that were worst, taken from the project's own texts. The list is closed and each pattern is narrow: a false
 * alarm would teach people to add exceptions.
 */
export const FOREIGN_PHRASES: readonly ForeignPhrase[] = [
  { example: "Mend the request.", pattern: "mend(?:s|ed|ing)?", better: "fix, fixed, resolve" },
  { example: "It is relayed anew.", pattern: "anew", better: "again, from scratch, regenerate" },
  { example: "Whoever reads it", pattern: "who(?:m)?ever", better: "name the person or the process" },
  { example: "It is known by now.", pattern: "by now", better: "now, already, current" },
  { example: "as they are by then", pattern: "as \\w+ (?:is|are|was|were) by then", better: "current" },
  { example: "a process with it in hand", pattern: "in hand", better: "holds, works on" },
  { example: "It is no draft.", pattern: "(?<!there )(?:is|are) no drafts?", better: "is not a draft" },
  {
    example: "a line that is no YAML",
    pattern: "(?<!there )(?:is|are) no (?:YAML|JSON)",
    better: "is not valid",
  },
  { example: "It is no link any more.", pattern: "no \\w+ any more", better: "is no longer a" },
  {
    example: "a name which there is not",
    pattern: "(?:which|that|where) there (?:is|are) not",
    better: "missing",
  },
  { example: "It hangs on this.", pattern: "hangs? on(?! to)", better: "depends on, is optional" },
  { example: "It is set aside.", pattern: "set(?:s|ting)? aside", better: "quarantined" },
  {
    example: "what agents go by",
    pattern: "go(?:es|ing)? by(?! (?:itself|themselves))",
    better: "use, follow",
  },
  { example: "as the signal speaks of", pattern: "sp(?:eaks?|oke|oken) of", better: "mention, name" },
  { example: "No check knows of it.", pattern: "know(?:s|n) of", better: "has, has seen, known about" },
  { example: "It was told of before.", pattern: "told of", better: "reported" },
  { example: "It stands in its way.", pattern: "st(?:ands?|ood) in (?:the|its|their) way", better: "blocks" },
  { example: "lest it swallow all", pattern: "lest", better: "so that … does not" },
  { example: "for want of a permission", pattern: "for want of", better: "without, because … is missing" },
  {
    example: "`test` is not over.",
    pattern: "(?:is|are|was|were) (?:not )?over(?=[.,;:)])",
    better: "finished, still running",
  },
  { example: "It goes on with it.", pattern: "(?:goes?|went|gone|going) on with", better: "continue" },
  { example: "done again and again", pattern: "done again and again", better: "recurring, repeated" },
  { example: "It can't be had.", pattern: "(?:can't|could not|can) be had", better: "is not available" },
  { example: "what there is to say", pattern: "what there is to (?:say|tell)", better: "what to report" },
  { example: "an address inside of code", pattern: "inside of", better: "inside" },
  { example: "parsed in good time", pattern: "in good time", better: "fast enough, in time" },
  { example: "It is kept true.", pattern: "kept true", better: "updated, correct" },
  { example: "what becomes of it", pattern: "becomes of", better: "what happens to" },
  { example: "The refusal is put up with.", pattern: "puts? up with", better: "is a shortcoming, optional" },
  { example: "It is worked off.", pattern: "work(?:s|ed)? off", better: "handled, done" },
  {
    example: "A push sets it in motion.",
    pattern: "sets? (?:\\w+ )?in motion",
    better: "make due, start",
  },
  { example: "held against each other", pattern: "h[eo]lds? against", better: "compared with" },
  { example: "It ends all the same.", pattern: "all the same(?=[.,;:)])", better: "anyway" },
  {
    example: "fix, for nothing says more",
    pattern:
      "(?<=,) for (?:it|they|nothing|nobody|then|there|what|that) (?:is|are|was|has|have|says?|may|can|can't|do|does)",
    better: "because",
  },
];

/** What may stand between two words: in comments and lists, a line end with the marks of the next line. */
const GAP = String.raw`(?:[ \t]+|[ \t]*\n[ \t]*(?:\*|\/\/|#|>|-)?[ \t]*)`;

const COMPILED = FOREIGN_PHRASES.map(({ pattern, better }) => ({
  expression: new RegExp(String.raw`(?<![\w-])${pattern.replaceAll(" ", GAP)}(?![\w-])`, "gi"),
  better,
}));

/** Every foreign phrase in a text, in the order of the text. */
export function findForeignPhrases(text: string): Finding[] {
  return COMPILED.flatMap(({ expression, better }) =>
    [...text.matchAll(expression)].map(({ 0: found, index }) => ({
      line: text.slice(0, index).split("\n").length,
      found: found.replaceAll(/\s+(?:\*|\/\/)?\s*/g, " ").trim(),
      better,
    })),
  ).sort((a, b) => a.line - b.line);
}
