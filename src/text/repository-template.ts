import { distance } from "fastest-levenshtein";
import type { Nodes, Paragraph } from "mdast";
import type { Refusal } from "../errors.ts";
import { clip } from "./clip.ts";
import { parseMarkdown } from "./markdown.ts";
import type { MarkdownPolicy } from "./policy.ts";
import { readingCost } from "./markdown-cost.ts";
import type { SafeMarkdown } from "./safe.ts";
import { sanitizeMarkdown } from "./sanitize.ts";
import { renderUntrusted, TAGS } from "./untrusted-liquid.ts";

/** With all inline values in it. */
const ARRANGED_CHARACTERS_MAX = 60_000;
/** In plain letters. It is parsed some six times over, and is a few headings and sentences. */
const ARRANGED_COST_MAX = 30_000;
/** A name that needs more letters changed is another name. */
const SUGGESTION_DISTANCE_MAX = 3;
const SHOWN_NAME_CHARACTERS_MAX = 40;
/** So much of a placeholder is in no text by chance; less of it is a few letters that do no harm. */
const REST_CHARACTERS = 11;

/** Each may stand once, as a paragraph of its own. One that is empty is the empty text to the template. */
export type TemplateSections = Readonly<Record<string, SafeMarkdown>>;

export interface TemplateGiven {
  /** Each may stand anywhere in text. */
  readonly inline: Readonly<Record<string, SafeMarkdown>>;
  /** Of closed sets: the template sees them as they are, to decide by them. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** At least 16 letters and digits that nobody could guess when the template, or an agent's text, was written. */
  readonly nonce: string;
  readonly policy: MarkdownPolicy;
}

export interface TemplateProblem extends Refusal {
  /** Of the template, from 1; `null` where it is about none. */
  readonly line: number | null;
}

export type RenderedTemplate =
  | {
      readonly markdown: SafeMarkdown;
      /** Names of the sections that stand in it. */ readonly used: readonly string[];
    }
  | { readonly problem: TemplateProblem };

/** A word that stands for a value while the template is at work. */
interface Placeholder {
  readonly name: string;
  readonly word: string;
  readonly value: SafeMarkdown;
}

type Arranged = { readonly text: SafeMarkdown } | { readonly problem: TemplateProblem };

/**
 * A repository's own template. It arranges sections and adds words of its own; it never touches what agents wrote:
 * Liquid sees a word in place of each value, its output is sanitised like anybody's text, and only then the values are
 * put in. So no filter undoes what makes a value safe, and nothing in a template is live that would not be elsewhere.
 *
 * @param source the template, in Liquid; from the base branch, and still nobody's whom the bot trusts
 * @returns puts sections into it, or says what is wrong with it, where something is: it never throws for that. Which
 *   sections are empty is all that the template sees of them, so with the same ones empty it is not rendered anew
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

/** The template with all inline values, and a word for each section. */
function arrange(source: string, sections: readonly Placeholder[], given: TemplateGiven): Arranged {
  const inline = placeholders(given.inline, `${given.nonce}i`);
  const words = [...sections, ...inline].map(({ name, word, value }) => [name, value === "" ? "" : word]);
  const rendered = renderUntrusted(source, { ...given.facts, ...Object.fromEntries(words) });
  if (!("output" in rendered)) {
    const known = [...sections.map(({ name }) => name), ...Object.keys({ ...given.inline, ...given.facts })];
    return { problem: explain(rendered, known) };
  }
  if (readingCost(rendered.output) > ARRANGED_COST_MAX) return { problem: tooInvolved() };

  const options = { keepHeadings: true };
  const arranged = sanitizeMarkdown(rendered.output, ARRANGED_CHARACTERS_MAX, given.policy, options);
  const misplaced = findMisplaced(arranged, inline);
  if (misplaced) return { problem: notInText(source, misplaced.name) };
  const filled = inline.reduce(
    (text, { word, value }) => text.replaceAll(word, () => value),
    String(arranged),
  );
  if (readingCost(filled) > ARRANGED_COST_MAX) return { problem: tooInvolved() };
  // Once more: values side by side could make something that none of them is, such as a longer run of backticks.
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
  // From the end, so that the places of those before stay as they are.
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

/** Whether a part of a placeholder is left, which a filter has changed. */
function hasRest(markdown: string, nonce: string): boolean {
  return markdown.toLowerCase().includes(`orb${nonce}`.slice(0, REST_CHARACTERS).toLowerCase());
}

/** The only word of a paragraph. */
function wordOf({ children: [only, ...others] }: Paragraph): string {
  return only?.type === "text" && others.length === 0 ? only.value : "";
}

/** The first value whose word is not text wherever it stands, but code, an address or HTML. */
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
    return problem(line, reason, `Correct it; a template may use the tags ${TAGS.join(", ")}.`);
  }
  const name = clip(unknown, SHOWN_NAME_CHARACTERS_MAX);
  const [closest] = known
    .map((candidate) => ({ candidate, letters: distance(candidate, name) }))
    .sort((a, b) => a.letters - b.letters);
  return problem(
    line,
    `It uses ${name}, which there is not.`,
    closest && closest.letters <= SUGGESTION_DISTANCE_MAX
      ? `Write ${closest.candidate}, if that is what is meant.`
      : `Use one of ${known.join(", ")}.`,
  );
}

function notInText(source: string, name: string): TemplateProblem {
  return problem(
    lineOf(source, name),
    `{{ ${name} }} stands in code, in an address or in HTML.`,
    "Put it into plain text; where it is code, it brings its own backticks.",
  );
}

function notAlone(source: string, name: string): TemplateProblem {
  return problem(
    lineOf(source, name),
    `The section {{ ${name} }} does not stand alone.`,
    "Put it on a line of its own, between empty lines and outside of lists, tables, quotations and code.",
  );
}

function twice(source: string, name: string): TemplateProblem {
  return problem(
    lineOf(source, name),
    `The section {{ ${name} }} stands in it more than once.`,
    "Use it once.",
  );
}

function tooInvolved(): TemplateProblem {
  return problem(null, "It makes a longer or more involved text than is read.", "Shorten or simplify it.");
}

function changed(): TemplateProblem {
  return problem(
    null,
    "It changes a section or a value with a filter.",
    "Use sections and values as they are; only facts can go through filters.",
  );
}

function problem(line: number | null, reason: string, remedy: string): TemplateProblem {
  return { code: "template_invalid", reason, remedy, line };
}

/** Where a name is first put out; `null` where that is by a detour. */
function lineOf(source: string, name: string): number | null {
  const at = source.search(new RegExp(String.raw`\{\{-?[ \t]{0,20}${name}\b`));
  return at < 0 ? null : source.slice(0, at).split("\n").length;
}
