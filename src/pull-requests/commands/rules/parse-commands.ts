import { isCommand, type WrittenCommand } from "../../record/rules/command.ts";

/** Further commands of a comment are ignored. */
export const COMMANDS_PER_COMMENT_MAX = 5;
/** https://docs.github.com/en/rest/issues/comments: GitHub refuses a comment that is longer. */
const COMMENT_CHARACTERS_MAX = 65_536;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const COMMAND = /^\/orb(?:$|[ \t]+(\S*))/i;

/**
 * The commands of a comment, in order, each once: `/orb <command>` at the start of a line. Commands in a fenced block of code,
 * in a quotation or later in a line are ignored, because they are only shown. `/orb` alone asks for help; words after
 * the command are for people.
 *
 * @returns at most `COMMANDS_PER_COMMENT_MAX`
 */
export function parseCommands(comment: string): WrittenCommand[] {
  const found = new Set<WrittenCommand>();
  let fence: string | null = null;
  for (const line of comment.slice(0, COMMENT_CHARACTERS_MAX).split(/\r?\n/)) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
    } else if (mark !== undefined) {
      fence = mark;
    } else {
      const command = readCommand(line);
      if (command && found.size < COMMANDS_PER_COMMENT_MAX) found.add(command);
    }
  }
  return [...found];
}

function readCommand(line: string): WrittenCommand | null {
  const match = COMMAND.exec(line);
  if (!match) return null;
  const word = match[1]?.toLowerCase() || "help";
  return isCommand(word) ? word : "unknown";
}
