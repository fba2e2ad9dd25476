import type { LabelLook } from "../../github/labels.ts";

const CATALOGUE = [
  { name: "ai-generated", color: "8250df", description: "Written by AI agents" },
  { name: "type: feature", color: "1f883d", description: "Adds something that users can do" },
  { name: "type: fix", color: "cf222e", description: "Mends something that was wrong" },
  { name: "type: docs", color: "0969da", description: "Changes documentation only" },
  { name: "type: refactor", color: "bf8700", description: "Changes the code and not what it does" },
  { name: "type: test", color: "1b7c83", description: "Changes tests only" },
  { name: "type: chore", color: "6e7781", description: "Upkeep of tools and settings" },
  { name: "type: dependencies", color: "0550ae", description: "Changes what the project depends on" },
  { name: "type: performance", color: "bc4c00", description: "Makes something faster or smaller" },
  { name: "type: security", color: "a40e26", description: "Closes or prevents a weakness" },
  { name: "size: XS", color: "dafbe1", description: "Up to 10 changed lines" },
  { name: "size: S", color: "aceebb", description: "Up to 50 changed lines" },
  { name: "size: M", color: "fae17d", description: "Up to 250 changed lines" },
  { name: "size: L", color: "ffb77c", description: "Up to 1000 changed lines" },
  { name: "size: XL", color: "ff8182", description: "More than 1000 changed lines" },
] as const satisfies readonly LabelLook[];

export type LabelName = (typeof CATALOGUE)[number]["name"];

/** How a label of ours looks where the repository does not have it yet. */
export function labelLook(name: LabelName): LabelLook {
  const look = CATALOGUE.find((label) => label.name === name);
  if (!look) throw new Error(`No look for the label ${name}`);
  return look;
}
