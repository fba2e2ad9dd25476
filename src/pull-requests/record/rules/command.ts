/** What people may ask for in a comment, `/orb <command>`. */
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

/** A command as it was written: one that nobody knows is answered with those that there are. */
export type WrittenCommand = Command | "unknown";

/** What can be asked for: commands, and by GitHub's merge queue the bot's check on a commit of the queue. */
export type Asked = WrittenCommand | "merge_group";

/** What the buttons of the check run ask for; their identifiers are the commands'. */
export const BUTTON_COMMANDS = ["retry", "refresh"] as const;

export function isCommand(word: string): word is Command {
  return (COMMANDS as readonly string[]).includes(word);
}
