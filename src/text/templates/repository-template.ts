import { distance } from "fastest-levenshtein";
import type { Nodes, Paragraph } from "mdast";
import type { Refusal } from "../../errors.ts";
import { clip } from "../clip.ts";
import { parseMarkdown } from "../markdown/markdown.ts";
import type { MarkdownPolicy } from "../markdown/policy.ts";
import { readingCost } from "../markdown/markdown-cost.ts";
import type { SafeMarkdown } from "../safe.ts";
import { sanitizeMarkdown } from "../markdown/sanitize.ts";
import { renderUntrusted, TAGS } from "./untrusted-liquid.ts";

/** With all inline values filled in. */
const ARRANGED_CHARACTERS_MAX = 60_000;
/** In plain letters. The text is parsed about six times, and needs only a few headings and sentences. */
const ARRANGED_COST_MAX = 30_000;
/** A name with more different letters is not suggested. */
const SUGGESTION_DISTANCE_MAX = 3;
const SHOWN_NAME_CHARACTERS_MAX = 40;
/** This much of a placeholder is in no text by chance. Fewer letters do no harm. */
const REST_CHARACTERS = 11;

/** Each may be used once, as a paragraph of its own. The template sees an empty section as an empty text. */
export type TemplateSections = Readonly<Record<string, SafeMarkdown>>;

export interface TemplateGiven {
  /** Each may be used anywhere in text. */
  readonly inline: Readonly<Record<string, SafeMarkdown>>;
  /** Values from closed sets. The template sees the real values, so that it can use them in conditions. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** At least 16 letters and digits that the author of the template or of an agent's text could not guess. */
  readonly nonce: string;
  readonly policy: MarkdownPolicy;
}

export interface TemplateProblem extends Refusal {
  /** In the template, from 1; `null` if the problem has no line. */
  readonly line: number | null;
}

export type RenderedTemplate =
  | {
      readonly markdown: SafeMarkdown;
      /** Names of the sections that it uses. */ readonly used: readonly string[];
    }
  | { readonly problem: TemplateProblem };

/** A word that replaces a value while the template is rendered. */
interface Placeholder {
  readonly name: string;
  readonly word: string;
  readonly value: SafeMarkdown;
}

type Arranged = { readonly text: SafeMarkdown } | { readonly problem: TemplateProblem };

/**
 * Prepares a repository's own template. A template arranges sections and adds its own text, but it can't change what
 * agents wrote: Liquid sees a placeholder for each value, its output is sanitized like any other text, and only then
 * are the values filled in. So no filter can make a value unsafe, and a template has no more rights than other text.
 *
 * @param source the template, in Liquid. It is the repository's, but the bot does not trust it.
 * @returns a function that fills in sections, or says what is wrong with the template; it never throws for that. The
 *   template only sees which sections are empty, so it is rendered once for each set of empty sections.
 */
export function repositoryTemplate(
  source: string,
  given: TemplateGiven,
): (sections: TemplateSections) => RenderedTemplate {
  const known = new Map<string, Arranged>();
  return (values) => {
    const sections = placeholders(values, `${given.nonce}s`);
    const key = sections.map(({ name, value }) => `${name} ${value === ""}`).join(" ");
    const arranged = known.get(key) ?? arrange(source, sections, given);
    known.set(key, arranged);
    return "problem" in arranged ? arranged : fillSections(arranged.text, sections, source, given.nonce);
  };
}

/** The template with all inline values, and a placeholder for each section. */
function arrange(source: string, sections: readonly Placeholder[], given: TemplateGiven): Arranged {
  const inline = placeholders(given.inline, `${given.nonce}i`);
  const words = [...sections, ...inline].map(({ name, word, value }) => [name, value === "" ? "" : word]);
  const rendered = renderUntrusted(source, { ...given.facts, ...Object.fromEntries(words) });
  if (!("output" in rendered)) {
    const known = [...sections.map(({ name }) => name), ...Object.keys({ ...given.inline, ...given.facts })];
    return { problem: explain(rendered, known) };
  }
  if (readingCost(rendered.output) > ARRANGED_COST_MAX) return { problem: tooComplex() };

  const options = { keepHeadings: true, byOwners: true };
  const arranged = sanitizeMarkdown(rendered.output, ARRANGED_CHARACTERS_MAX, given.policy, options);
  const misplaced = findMisplaced(arranged, inline);
  if (misplaced) return { problem: notInText(source, misplaced.name) };
  const filled = inline.reduce(
    (text, { word, value }) => text.replaceAll(word, () => value),
    String(arranged),
  );
  if (readingCost(filled) > ARRANGED_COST_MAX) return { problem: tooComplex() };
  // Sanitize again: values side by side could form something new, such as a longer run of backticks.
  return { text: sanitizeMarkdown(filled, ARRANGED_CHARACTERS_MAX, given.policy, options) };
}

function placeholders(
  values: Readonly<Record<string, SafeMarkdown>>,
  prefix: string,
): readonly Placeholder[] {
  return Object.entries(values).map(([name, value], index) => ({
    name,
    word: `orb${prefix}${index}e`,
    value,
  }));
}

function fillSections(
  text: SafeMarkdown,
  sections: readonly Placeholder[],
  source: string,
  nonce: string,
): RenderedTemplate {
  const paragraphs = new Map(
    parseMarkdown(text).children.flatMap((node) => (node.type === "paragraph" ? [[wordOf(node), node]] : [])),
  );
  let markdown: string = text;
  const used = sections.filter(({ word }) => text.includes(word));
  // From the end, so that earlier positions stay valid.
  const places = used.map((section) => ({
    ...section,
    at: paragraphs.get(section.word)?.position?.start.offset,
  }));
  for (const { name, word, value, at } of places.sort((a, b) => (b.at ?? 0) - (a.at ?? 0))) {
    if (text.indexOf(word) !== text.lastIndexOf(word)) return { problem: twice(source, name) };
    if (at === undefined) return { problem: notAlone(source, name) };
    markdown = markdown.slice(0, at) + value + markdown.slice(at + word.length);
  }
  if (hasRest(markdown, nonce)) return { problem: changed() };
  return { markdown: markdown as SafeMarkdown, used: used.map(({ name }) => name) };
}

/** Whether a part of a placeholder is left, because a filter changed it. */
function hasRest(markdown: string, nonce: string): boolean {
  return markdown.toLowerCase().includes(`orb${nonce}`.slice(0, REST_CHARACTERS).toLowerCase());
}

/** The text of a paragraph that has only one text node, else an empty text. */
function wordOf({ children: [only, ...others] }: Paragraph): string {
  return only?.type === "text" && others.length === 0 ? only.value : "";
}

/** The first value whose placeholder is used in code, in an address or in HTML, not only in text. */
function findMisplaced(markdown: string, values: readonly Placeholder[]): Placeholder | undefined {
  const tree = parseMarkdown(markdown);
  return values.find(({ word }) => {
    const times = (text: string) => text.split(word).length - 1;
    const count = (node: Nodes): number => {
      if (node.type === "text") return times(node.value);
      return "children" in node ? node.children.reduce((sum, child) => sum + count(child), 0) : 0;
    };
    return count(tree) !== times(markdown);
  });
}

function explain(
  { reason, line, unknown }: { reason: string; line: number | null; unknown: string | null },
  known: readonly string[],
): TemplateProblem {
  if (unknown === null) {
    return problem(line, reason, `Fix the template. It may use the tags ${TAGS.join(", ")}.`);
  }
  const name = clip(unknown, SHOWN_NAME_CHARACTERS_MAX);
  const [closest] = known
    .map((candidate) => ({ candidate, letters: distance(candidate, name) }))
    .sort((a, b) => a.letters - b.letters);
  return problem(
    line,
    `Unknown name \`${name}\`.`,
    closest && closest.letters <= SUGGESTION_DISTANCE_MAX
      ? `Did you mean \`${closest.candidate}\`?`
      : `Use one of ${known.join(", ")}.`,
  );
}

function notInText(source: string, name: string): TemplateProblem {
  return problem(
    lineOf(source, name),
    `{{ ${name} }} is used in code, in an address or in HTML.`,
    "Use it in plain text. Values that are code already have backticks.",
  );
}

function notAlone(source: string, name: string): TemplateProblem {
  return problem(
    lineOf(source, name),
    `The section {{ ${name} }} is not on a line of its own.`,
    "Put it on a line of its own, between empty lines and outside lists, tables, quotations and code.",
  );
}

function twice(source: string, name: string): TemplateProblem {
  return problem(lineOf(source, name), `The section {{ ${name} }} is used more than once.`, "Use it once.");
}

function tooComplex(): TemplateProblem {
  return problem(
    null,
    "The template produces a text that is too long or too complex.",
    "Shorten or simplify it.",
  );
}

function changed(): TemplateProblem {
  return problem(
    null,
    "The template changes a section or a value with a filter.",
    "Use sections and values without filters. Only facts can have filters.",
  );
}

function problem(line: number | null, reason: string, remedy: string): TemplateProblem {
  return { code: "template_invalid", reason, remedy, line };
}

/** The line that first outputs a name; `null` if no line does so directly. */
function lineOf(source: string, name: string): number | null {
  const at = source.search(new RegExp(String.raw`\{\{-?[ \t]{0,20}${name}\b`));
  return at < 0 ? null : source.slice(0, at).split("\n").length;
}
