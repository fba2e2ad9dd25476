import type { CleanupOrigin, Unpushed } from "../cleanup.ts";

/** What is asked of a workspace that has a clean-up already. */
export interface Again {
  readonly origin: CleanupOrigin;
  readonly at: Date;
  readonly unpushed: Unpushed;
}

interface Merged extends Again {
  /** When it was said what to do with unpushed work. */
  readonly saidAt: Date;
}

/**
 * What a further wish changes: a person's word replaces what was scheduled, the bot's own reasons only bring it forward. So a
 * schedule never weakens what a person chose, and a full disk does not wait for the next day.
 */
export function mergeWishes(
  known: Merged & { readonly dueAt: Date | null },
  wish: Again,
  now: Date,
): Merged | null {
  const before = { unpushed: known.unpushed, saidAt: known.saidAt };
  const said = { unpushed: wish.unpushed, saidAt: now };
  if (wish.origin === "person" || wish.origin === "command") {
    // A comment does not say what to do with unpushed work, so it does not change what an operator chose.
    const isChosen = wish.origin === "command" && known.origin === "person";
    return {
      origin: wish.origin === "command" ? commandOver(known.origin) : "person",
      at: wish.at,
      ...(isChosen ? before : said),
    };
  }
  const isSooner = known.dueAt === null || wish.at < known.dueAt;
  if (!isSooner) return null;
  if (wish.origin === "disk" && known.origin === "retention") {
    return { origin: "disk", at: wish.at, ...said };
  }
  return { origin: known.origin, at: wish.at, ...before };
}

function commandOver(known: CleanupOrigin): CleanupOrigin {
  return known === "person" ? "person" : "command";
}
