/**
 * The box below a section that a person edited: startJobs it gives the section back to the bot. It stands between
 * the section's markers and is no part of what the person wrote.
 */
export interface Boxed {
  /** What stands in the section besides the box. */
  readonly content: string;
  readonly ticked: boolean;
  readonly there: boolean;
}

/** Takes the box out of a section. */
export function withoutBox(name: string, section: string): Boxed {
  const mark = `<!-- orb:rewrite:${name} -->`;
  if (!section.includes(mark)) return { content: section, ticked: false, there: false };
  const lines = section.split("\n");
  const boxes = lines.filter((line) => isBox(line, mark));
  if (boxes.length === 0) return { content: section, ticked: false, there: false };
  return {
    content: lines.filter((line) => !isBox(line, mark)).join("\n"),
    ticked: boxes.some((line) => /\[x\]/i.test(line.slice(0, line.indexOf(mark)))),
    there: true,
  };
}

/** A person's section with the box, unticked, as its last line. */
export function withBox(name: string, content: string, lineEnd: string): string {
  const box = `- [ ] <!-- orb:rewrite:${name} --> Write this section anew; the edit above goes.`;
  return `${content.trimEnd()}${lineEnd}${lineEnd}${box}${lineEnd}${lineEnd}`;
}

/** A line in which more stands before the mark than a box was written by a person, and stays. */
function isBox(line: string, mark: string): boolean {
  const at = line.indexOf(mark);
  return at >= 0 && /^\s{0,3}[-*+] \[[ xX]\] $/.test(line.slice(0, at));
}
