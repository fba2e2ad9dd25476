/** A line of a stack, such as `    at Sweep.run (file:///app/src/workspaces/cleanups/sweep.ts:31:7)`. */
const OWN_LINE = /^ +at (?:async )?(?:(\S+) )?.*?\b((?:src|handlers)\/[\w/.-]+\.ts):\d+:\d+\)?$/;
const LINES_MAX = 50;
const LINE_CHARACTERS_MAX = 500;

/**
 * The first place in our own code that an error passed: file and function, without the line, which moves with every change.
 *
 * @returns `null` if it passed none
 */
export function ownPlace(stack: string): string | null {
  for (const line of stack.split("\n").slice(0, LINES_MAX)) {
    if (line.length > LINE_CHARACTERS_MAX || line.includes("/node_modules/")) continue;
    const [, caller = "", file] = OWN_LINE.exec(line) ?? [];
    if (file !== undefined) return caller === "" ? file : `${file} ${caller}`;
  }
  return null;
}
