import { fingerprint } from "../../text/fingerprint.ts";
import { ownWords, type SafeMarkdown } from "../../text/safe.ts";

const LINE = /<!-- orb:written((?: [a-z-]+=(?:[0-9a-f]{12}|-))*) -->/g;
const ENTRY = /([a-z-]+)=([0-9a-f]{12}|-)/g;

/**
 * What the bot wrote last into each section, by the fingerprint of its content; `null` where it never did or
 * where that was lost. It stands in the description itself, for there it is written in the same request as the
 * sections: a record elsewhere would be out of step with them when the answer to that request is lost.
 */
export type Written = ReadonlyMap<string, string | null>;

/** The hidden line that remembers it: `<!-- orb:written summary=0123456789ab how=- -->`. */
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

/** The line in a description; `null` where there is none, or more than one: then none can be trusted. */
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

/** Of a section's content as people see it: line ends and blanks at the ends of lines don't count. */
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
