import type { SafeMarkdown } from "../../text/safe.ts";

const SECTION = /<!-- orb:([a-z-]+):start -->[\s\S]*?<!-- orb:\1:end -->/g;

/**
 * Brings the bot's sections of a description up to date and leaves everything else as it is. A section that a
 * person removed stays away; one whose markers are damaged or doubled is not touched.
 *
 * @param current the description as it stands on GitHub
 * @param fresh the description as the bot would write it today
 */
export function refreshSections(current: string, fresh: SafeMarkdown): SafeMarkdown {
  const sections = new Map([...fresh.matchAll(SECTION)].map((match) => [match[1], match[0]]));
  const seen = new Map<string, number>();
  for (const [, name = ""] of current.matchAll(/<!-- orb:([a-z-]+):start -->/g)) {
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const refreshed = current.replace(SECTION, (whole, name: string) =>
    seen.get(name) === 1 ? (sections.get(name) ?? whole) : whole,
  );
  // What is not from `fresh` stands on GitHub already, so sending it back changes nothing.
  return refreshed as SafeMarkdown;
}
