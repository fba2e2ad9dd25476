import { fingerprint } from "../../../text/fingerprint.ts";
import { ownWords, type SafeMarkdown } from "../../../text/safe.ts";

const LINE = /<!-- orb:written((?: [a-z-]+=(?:[0-9a-f]{12}|-))*) -->/g;
const ENTRY = /([a-z-]+)=([0-9a-f]{12}|-)/g;

/**
 * The fingerprint of what the bot last wrote into each section; `null` if it never did, or if that is not known.
 * It is kept in the description itself, so one request writes it together with the sections. A copy in the database
 * would no longer match them if the response to that request were lost.
 */
export type Written = ReadonlyMap<string, string | null>;

/** The hidden line that stores it: `<!-- orb:written summary=0123456789ab how=- -->`. */
export function writtenLine(written: Written): SafeMarkdown {
  return ownWords(
    `<!-- orb:written${[...written].map(([name, print]) => ` ${name}=${print ?? "-"}`).join("")} -->`,
  );
}

export interface FoundLine {
  readonly written: Written;
  readonly from: number;
  readonly to: number;
}

/** The line in a description; `null` if there is none, or more than one, because then none can be trusted. */
export function findWrittenLine(description: string): FoundLine | null {
  const [line, ...others] = [...description.matchAll(LINE)];
  if (!line || others.length > 0) return null;
  const entries = [...(line[1] ?? "").matchAll(ENTRY)];
  return {
    written: new Map(entries.map(([, name = "", print = "-"]) => [name, print === "-" ? null : print])),
    from: line.index,
    to: line.index + line[0].length,
  };
}

/** The fingerprint of a section's visible content: line ends and spaces at the ends of lines don't count. */
export function printOf(content: string): string {
  return fingerprint(normalized(content));
}

export function normalized(content: string): string {
  return content
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}
