import type { Refusal } from "../../../errors.ts";
import { outline, type Outline, type Part } from "../../../text/markdown/outline.ts";
import { readingCost, type ReadingLimits } from "../../../text/markdown/markdown-cost.ts";
import { joined, ownWords, type SafeMarkdown } from "../../../text/safe.ts";
import type { RenderTemplate } from "../describe/describe.ts";
import type { DescriptionFacts } from "../description-facts.ts";
import { eachSection, type SectionName, type SectionTexts } from "../description-sections.ts";
import { boxEvidence, type BoxEvidence, isKindList, isProven, kindBox } from "./template-boxes.ts";
import { type TemplateRole, templateRoles } from "./template-roles.ts";
import { type Wording, wordingFor } from "../describe/wording.ts";

/** Ten times the size of a usual template. */
const TEMPLATE_CHARACTERS_MAX = 20_000;
/** In plain letters. The whole template is parsed twice, and each part is sanitized. */
const TEMPLATE_COST_MAX = 60_000;
/** Each part is sanitized separately; a usual template has about ten. */
const PARTS_MAX = 60;

type LayOut = (sections: SectionTexts) => SafeMarkdown;

interface Context {
  readonly facts: DescriptionFacts;
  /** The bot's own template, for the sections that have no place in this one. */
  readonly own: LayOut;
  readonly render: RenderTemplate;
  /** Called if only GitHub's own rendering can prove that the template is harmless. */
  readonly onProvable: () => void;
}

/** A part of the template, filled in, without the sections that go below it. */
interface FilledPart {
  readonly text: SafeMarkdown;
  readonly sections: readonly SectionName[];
}

/**
 * Fills in a repository's template for pull requests. Sections go below the headings that ask for them, boxes are
 * ticked if the change proves what they say, and sections without a heading follow in the bot's own order. The
 * template's comments are instructions for the author, so they are removed; the rest of its text stays, sanitized.
 *
 * @param path of the template, shown to people
 * @returns a function that lays out the sections, or the reason why the template can't be used
 */
export function fillTemplate(
  { path, template }: { readonly path: string; readonly template: string },
  { facts, own, render, onProvable }: Context,
): LayOut | Refusal {
  if (template.length > TEMPLATE_CHARACTERS_MAX) return tooLong(path);
  const read = readingCost(template) > TEMPLATE_COST_MAX ? null : outline(template);
  if (!read || read.parts.length > PARTS_MAX) return tangled(path);
  const wording = wordingFor(facts.policy, onProvable);
  const roles = templateRoles(read.parts.map(({ heading }) => heading?.text ?? null));
  const evidence = boxEvidence(facts.analysis);
  const filled = read.parts.map((part, index) =>
    fillPart(part, { role: roles[index] ?? { asks: "other" }, read, evidence, wording, render }),
  );
  // Readers need the summary first, even if the template has no heading for it.
  const hasPlace = (name: SectionName) => filled.some(({ sections }) => sections.includes(name));
  const about = hasPlace("summary") ? [] : (["summary", "issues"] as const);
  const first: FilledPart = { text: NOTHING, sections: about.filter((name) => !hasPlace(name)) };
  const parts = [first, ...withBoxNote(filled, read, render)];
  const placed = new Set(parts.flatMap(({ sections }) => sections));
  return (sections) => {
    const shown = parts.map((part) => withSections(part, sections, render));
    const others = own(eachSection((name) => (placed.has(name) ? null : sections[name])));
    return joined([...shown, others], "\n\n");
  };
}

const NOTHING = ownWords("");
/** The cost of the whole template is already checked. */
const UNLIMITED: ReadingLimits = { characters: Infinity, cost: Infinity };

function withSections(
  { text, sections: names }: FilledPart,
  sections: SectionTexts,
  render: RenderTemplate,
): SafeMarkdown {
  const isEmpty = names.every((name) => sections[name] === "");
  const placed = names.map((name, index) => {
    // An empty section below a heading would look forgotten.
    const content = isEmpty && index === 0 ? note(name, render) : sections[name];
    return content === null
      ? NOTHING
      : render("pull-request/section", { name: ownWords(name), heading: null, content });
  });
  return joined([text, ...placed], "\n\n");
}

function fillPart(
  part: Part,
  {
    role,
    read,
    evidence,
    wording,
    render,
  }: {
    readonly role: TemplateRole;
    readonly read: Outline;
    readonly evidence: BoxEvidence;
    readonly wording: Wording;
    readonly render: RenderTemplate;
  },
): FilledPart {
  const { heading } = part;
  const ticked = tickedBoxes(part, role, evidence);
  const source = withBoxes(read.text, part, ticked);
  const words = source.trim() === "" ? NOTHING : wording.markdown(source, UNLIMITED, { byOwners: true });
  const level = heading?.level ?? null;
  const title =
    heading && level !== null
      ? joined([ownWords("#".repeat(level)), wording.line(heading.source)], " ")
      : NOTHING;
  const isEmpty = part.from === part.to;
  const remark =
    role.asks === "screenshots" || (role.asks === "answered" && isEmpty) ? note(role.asks, render) : NOTHING;
  const text = joined([title, words, remark], "\n\n");
  return { text, sections: role.asks === "sections" ? role.sections : [] };
}

function tickedBoxes({ boxes }: Part, role: TemplateRole, evidence: BoxEvidence): ReadonlySet<number> {
  const texts = boxes.map(({ text }) => text);
  if (role.asks === "kind" || isKindList(texts)) {
    const kind = kindBox(texts, evidence);
    return new Set(kind === null ? [] : [kind]);
  }
  return new Set(texts.flatMap((text, index) => (isProven(text, evidence) ? [index] : [])));
}

/** Boxes that are ticked in the template itself are cleared: nobody made that promise. */
function withBoxes(text: string, { from, to, boxes }: Part, ticked: ReadonlySet<number>): string {
  let written = "";
  let copied = from;
  for (const [index, { markAt }] of boxes.entries()) {
    written += `${text.slice(copied, markAt)}${ticked.has(index) ? "x" : " "}`;
    copied = markAt + 1;
  }
  return written + text.slice(copied, to);
}

/** One sentence, below the last list with boxes. */
function withBoxNote(
  parts: readonly FilledPart[],
  { parts: read }: Outline,
  render: RenderTemplate,
): FilledPart[] {
  const last = read.findLastIndex(({ boxes }) => boxes.length > 0);
  return parts.map(({ text, sections }, index) => ({
    text: index === last ? joined([text, note("boxes", render)], "\n\n") : text,
    sections,
  }));
}

function note(
  about: SectionName | "screenshots" | "answered" | "boxes",
  render: RenderTemplate,
): SafeMarkdown {
  return render("pull-request/template-note", { about: ownWords(about) });
}

function tooLong(path: string): Refusal {
  return {
    code: "template_too_long",
    reason: `${path} has more than 20 000 characters, so the bot uses its own template.`,
    remedy: "Shorten it.",
  };
}

function tangled(path: string): Refusal {
  return {
    code: "template_tangled",
    reason: `${path} is too complex to be filled in, so the bot uses its own template.`,
    remedy: "Simplify it, or set templates.pullRequestTemplate to ignore in .github/orb.yml.",
  };
}
