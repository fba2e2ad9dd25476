import type { SafeMarkdown } from "../../text/safe.ts";

const MARKER = /<!-- orb:([a-z-]+):(start|end) -->/g;

interface Section {
  readonly name: string;
  /** Of the first character of its start marker, and behind the last of its end marker. */
  readonly from: number;
  readonly to: number;
}

/**
 * Brings the bot's sections of a description up to date and leaves everything else as it is. A section that a
 * person removed stays away; one whose markers are damaged or doubled, or that holds another, is not touched.
 *
 * @param current the description as it stands on GitHub, with line ends of either kind: its own are kept
 * @param fresh the description as the bot would write it today
 */
export function refreshSections(current: string, fresh: SafeMarkdown): SafeMarkdown {
  const wanted = new Map(sectionsOf(fresh).map(({ name, from, to }) => [name, fresh.slice(from, to)]));
  let refreshed = "";
  let copied = 0;
  for (const { name, from, to } of sectionsOf(current)) {
    const known = current.slice(from, to);
    refreshed += current.slice(copied, from) + withLineEndsOf(known, wanted.get(name) ?? known);
    copied = to;
  }
  // What is not from `fresh` stands on GitHub already, so sending it back changes nothing.
  return (refreshed + current.slice(copied)) as SafeMarkdown;
}

/** Sections of which each marker is there once, the end right after the start. */
function sectionsOf(description: string): Section[] {
  const markers = [...description.matchAll(MARKER)];
  const times = new Map<string, number>();
  for (const [marker] of markers) times.set(marker, (times.get(marker) ?? 0) + 1);
  return markers.flatMap((start, index) => {
    const end = markers[index + 1];
    const [, name = "", side] = start;
    if (!end || side !== "start" || end[2] !== "end" || end[1] !== name) return [];
    if (times.get(start[0]) !== 1 || times.get(end[0]) !== 1) return [];
    return [{ name, from: start.index, to: end.index + end[0].length }];
  });
}

/** GitHub's editor turns every line end into CR LF; written back as LF, each of them would look like a change. */
function withLineEndsOf(known: string, wanted: string): string {
  return known.includes("\r\n") ? wanted.replaceAll(/\r?\n/g, "\r\n") : wanted;
}
