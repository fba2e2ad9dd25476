/**
 * The box below a section that a person edited. Ticking it gives the section back to the bot. It is between the
 * section's markers and is not part of the person's text.
 */
export interface Boxed {
  /** The section without the box. */
  readonly content: string;
  readonly ticked: boolean;
  readonly hasBox: boolean;
}

/** Takes the box out of a section. */
export function withoutBox(name: string, section: string): Boxed {
  const mark = `<!-- orb:rewrite:${name} -->`;
  if (!section.includes(mark)) return { content: section, ticked: false, hasBox: false };
  const lines = section.split("\n");
  const boxes = lines.filter((line) => isBox(line, mark));
  if (boxes.length === 0) return { content: section, ticked: false, hasBox: false };
  return {
    content: lines.filter((line) => !isBox(line, mark)).join("\n"),
    ticked: boxes.some((line) => /\[x\]/i.test(line.slice(0, line.indexOf(mark)))),
    hasBox: true,
  };
}

/** A person's section with the box, not ticked, as its last line. */
export function withBox(name: string, content: string, lineEnd: string): string {
  const box = `- [ ] <!-- orb:rewrite:${name} --> Regenerate this section (discards the edit above)`;
  return `${content.trimEnd()}${lineEnd}${lineEnd}${box}${lineEnd}${lineEnd}`;
}

/** A line with other text before the mark was written by a person, and stays. */
function isBox(line: string, mark: string): boolean {
  const at = line.indexOf(mark);
  return at >= 0 && /^\s{0,3}[-*+] \[[ xX]\] $/.test(line.slice(0, at));
}
