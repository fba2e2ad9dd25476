/** The commands that people may give in a comment, `/orb <command>`. */
export const COMMANDS = [
  "help",
  "status",
  "refresh",
  "retry",
  "ready",
  "draft",
  "cleanup",
  "hold",
  "unhold",
] as const;
export type Command = (typeof COMMANDS)[number];

/** A command as it was written. An unknown one is answered with the list of commands. */
export type WrittenCommand = Command | "unknown";

/** Everything that can be requested: commands, and by GitHub's merge queue the bot's check on a commit of the queue. */
export type Asked = WrittenCommand | "merge_group";

/** The commands of the buttons of the check run; the identifiers are the same. */
export const BUTTON_COMMANDS = ["retry", "refresh"] as const;

export function isCommand(word: string): word is Command {
  return (COMMANDS as readonly string[]).includes(word);
}
