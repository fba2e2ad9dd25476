import type { SafeMarkdown } from "../../../text/safe.ts";

/** The hidden line of a marker, with its MAC. */
export const MARKER_LINE = /<!-- orb:pull-request ([A-Za-z0-9_-]{43}) -->/g;

/**
 * Puts the marker of a new description into the present one, in the place of the last marker there. A description without
 * one stays as it is: a person removed it.
 */
export function renewMarker(current: SafeMarkdown, fresh: SafeMarkdown): SafeMarkdown {
  const [wanted] = [...fresh.matchAll(MARKER_LINE)].slice(-1);
  const [found] = [...current.matchAll(MARKER_LINE)].slice(-1);
  if (!wanted || !found) return current;
  const { index, 0: line } = found;
  // Both texts are safe already.
  return (current.slice(0, index) + wanted[0] + current.slice(index + line.length)) as SafeMarkdown;
}
