import type { SafeMarkdown } from "../../../text/safe.ts";
import { fence } from "../../../text/markdown/sanitize.ts";
import { findSections } from "./section-marks.ts";
import { findWrittenLine, printOf, writtenLine } from "./written-line.ts";

/** A description in which these sections are blocks of code, with the fingerprints of those blocks. */
export function fenceSections(body: SafeMarkdown, names: ReadonlySet<string>): SafeMarkdown {
  const line = findWrittenLine(body);
  const written = new Map(line?.written);
  let fenced = "";
  let copied = 0;
  for (const { name, contentFrom, contentTo } of findSections(body)) {
    if (!names.has(name)) continue;
    const content = `\n${fence(body.slice(contentFrom, contentTo).trim())}\n`;
    written.set(name, printOf(content));
    fenced += body.slice(copied, contentFrom) + content;
    copied = contentTo;
  }
  fenced += body.slice(copied);
  // Find the line again: its place has moved with the text before it.
  const found = findWrittenLine(fenced);
  if (!found) return fenced as SafeMarkdown;
  return (fenced.slice(0, found.from) + writtenLine(written) + fenced.slice(found.to)) as SafeMarkdown;
}
