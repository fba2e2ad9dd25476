import type { LabelLook } from "../../github/deeds/labels.ts";
import type { Size } from "./size.ts";
import type { ChangeType } from "./change-type.ts";

// https://docs.github.com/en/rest/issues/labels#create-a-label says 100; the 50 it says only where it refuses.
const NAME_CHARACTERS_MAX = 50;
const DESCRIPTION_CHARACTERS_MAX = 100;

export const AI_GENERATED: LabelLook = {
  name: "ai-generated",
  color: "8250df",
  description: "Written by AI agents",
};
export const HIGH_RISK: LabelLook = {
  name: "risk: high",
  color: "b60205",
  description: "Look at it with care: the description says why",
};
export const MERGE_CONFLICT: LabelLook = {
  name: "merge conflict",
  color: "d93f0b",
  description: "Can't be merged until somebody resolves it",
};

export const TYPE_LABELS: Record<ChangeType, LabelLook> = {
  feature: { name: "type: feature", color: "1f883d", description: "Adds something that users can do" },
  fix: { name: "type: fix", color: "cf222e", description: "Mends something that was wrong" },
  docs: { name: "type: docs", color: "0969da", description: "Changes documentation only" },
  refactor: { name: "type: refactor", color: "bf8700", description: "Changes the code and not what it does" },
  test: { name: "type: test", color: "1b7c83", description: "Changes tests only" },
  chore: { name: "type: chore", color: "6e7781", description: "Upkeep of tools and settings" },
  dependencies: {
    name: "type: dependencies",
    color: "0550ae",
    description: "Changes what the project depends on",
  },
  performance: {
    name: "type: performance",
    color: "bc4c00",
    description: "Makes something faster or smaller",
  },
  security: { name: "type: security", color: "a40e26", description: "Closes or prevents a weakness" },
};

/** Without numbers, since each repository sets its own. */
export const SIZE_LABELS: Record<Size, LabelLook> = {
  XS: { name: "size: XS", color: "dafbe1", description: "Hardly any lines to read" },
  S: { name: "size: S", color: "aceebb", description: "Few lines to read" },
  M: { name: "size: M", color: "fae17d", description: "Some lines to read" },
  L: { name: "size: L", color: "ffb77c", description: "Many lines to read" },
  XL: { name: "size: XL", color: "ff8182", description: "Very many lines to read" },
};

/** One family, so that areas are seen to belong together; which of them, the name alone decides. */
const AREA_COLORS = ["c5def5", "bfd4f2", "b3d9e8", "c2e0e6", "bfdadc", "c7d8f0", "d1e3ee", "b8cfe6"];

/** The name of an area's label: `area: api`, within GitHub's limit. */
export function areaLabel(area: string): string {
  return labelName(`area: ${area}`);
}

/**
 * A label's name as GitHub takes it: one line of at most 50 characters. A longer one is cut, and ends in a number made
 * from all of it, so that two that begin alike stay two.
 */
export function labelName(name: string): string {
  const line = name.replaceAll(/\s+/g, " ").trim().toWellFormed();
  if (line.length <= NAME_CHARACTERS_MAX) return line;
  const end = `…${hash(line).toString(36)}`;
  return line.slice(0, NAME_CHARACTERS_MAX - end.length).replace(/[\ud800-\udbff]$/, "") + end;
}

/** @param label from `areaLabel` or a `labeler.yml` */
export function areaLook(label: string): LabelLook {
  const color = AREA_COLORS[hash(label.toLowerCase()) % AREA_COLORS.length] ?? "c5def5";
  // GitHub takes characters of four bytes in names and not in descriptions.
  const area = label.replace(/^area: /, "").replaceAll(/[\ud800-\udfff]/g, "");
  return { name: label, color, description: `Changes ${area}`.slice(0, DESCRIPTION_CHARACTERS_MAX) };
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}
