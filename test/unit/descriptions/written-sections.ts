import { withWrittenLine } from "../../../src/descriptions/rules/marked/sections.ts";
import { ownWords, type SafeMarkdown } from "../../../src/text/safe.ts";

export function section(name: string, content: string): string {
  return `<!-- orb:${name}:start -->\n\n${content}\n\n<!-- orb:${name}:end -->`;
}

export function box(name: string, mark = " "): string {
  return `- [${mark}] <!-- orb:rewrite:${name} --> Regenerate this section (discards the edit above)`;
}

/** A description as the bot writes it: sections in this order, the hidden line with their fingerprints, the marker. */
export function written(contents: Record<string, string>): SafeMarkdown {
  const sections = Object.entries(contents).map(([name, content]) => section(name, content));
  return ownWords(`${withWrittenLine(ownWords(sections.join("\n\n")))}\nthe marker`);
}

/** Only the hidden line with the fingerprints of what was written. */
export function line(contents: Record<string, string>): string {
  return /<!-- orb:written.*-->/.exec(written(contents))?.[0] ?? "";
}
