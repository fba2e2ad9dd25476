import type { LabelLook } from "../../github/deeds/labels.ts";
import { clip } from "../../text/clip.ts";
import type { Size } from "./size.ts";
import type { ChangeType } from "./change-type.ts";

// The limit of 100 is documented: https://docs.github.com/en/rest/issues/labels#create-a-label. GitHub names the limit
// of 50 only in its refusals.
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
  description: "Review with care: the description says why",
};
export const MERGE_CONFLICT: LabelLook = {
  name: "merge conflict",
  color: "d93f0b",
  description: "Can't be merged until the conflict is resolved",
};

export const TYPE_LABELS: Record<ChangeType, LabelLook> = {
  feature: { name: "type: feature", color: "1f883d", description: "Adds something new for users" },
  fix: { name: "type: fix", color: "cf222e", description: "Fixes a bug" },
  docs: { name: "type: docs", color: "0969da", description: "Changes documentation only" },
  refactor: { name: "type: refactor", color: "bf8700", description: "Changes the code, not its behaviour" },
  test: { name: "type: test", color: "1b7c83", description: "Changes tests only" },
  chore: { name: "type: chore", color: "6e7781", description: "Maintenance of tools and settings" },
  dependencies: {
    name: "type: dependencies",
    color: "0550ae",
    description: "Changes dependencies",
  },
  performance: {
    name: "type: performance",
    color: "bc4c00",
    description: "Makes something faster or smaller",
  },
  security: { name: "type: security", color: "a40e26", description: "Fixes or prevents a vulnerability" },
};

/** The descriptions have no numbers, because each repository sets its own. */
export const SIZE_LABELS: Record<Size, LabelLook> = {
  XS: { name: "size: XS", color: "dafbe1", description: "Very few lines to review" },
  S: { name: "size: S", color: "aceebb", description: "Few lines to review" },
  M: { name: "size: M", color: "fae17d", description: "Some lines to review" },
  L: { name: "size: L", color: "ffb77c", description: "Many lines to review" },
  XL: { name: "size: XL", color: "ff8182", description: "Very many lines to review" },
};

/** Similar colours, so that areas look related. The name decides which one an area gets. */
const AREA_COLORS = ["c5def5", "bfd4f2", "b3d9e8", "c2e0e6", "bfdadc", "c7d8f0", "d1e3ee", "b8cfe6"];

/** The name of an area's label: `area: api`, within GitHub's limit. */
export function areaLabel(area: string): string {
  return labelName(`area: ${area}`);
}

/**
 * A label name that GitHub accepts: one line of at most 50 characters. A longer name is cut and ends in a hash of the
 * whole name, so that two names with the same beginning stay different.
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
  // GitHub accepts four-byte characters in names but not in descriptions.
  const area = label.replace(/^area: /, "").replaceAll(/[\ud800-\udfff]/g, "");
  return { name: label, color, description: clip(`Changes ${area}`, DESCRIPTION_CHARACTERS_MAX) };
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}
