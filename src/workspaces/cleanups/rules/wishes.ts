import type { CleanupOrigin, Unpushed } from "../cleanup.ts";

/** What is asked of a workspace that has a clean-up already. */
export interface Again {
  readonly origin: CleanupOrigin;
  readonly at: Date;
  readonly unpushed: Unpushed;
}

/**
 * What a further wish changes: a person's word replaces what was scheduled, the bot's own reasons only bring it forward. So a
 * schedule never weakens what a person chose, and a full disk does not wait for the next day.
 */
export function mergeWishes(
  known: Again & { readonly dueAt: Date | null },
  wish: Again,
): { readonly origin: CleanupOrigin; readonly at: Date; readonly unpushed: Unpushed } | null {
  if (wish.origin === "person" || wish.origin === "command") {
    // A comment does not say what to do with unpushed work, so it does not change what an operator chose.
    const unpushed = wish.origin === "command" && known.origin === "person" ? known.unpushed : wish.unpushed;
    return {
      origin: wish.origin === "command" ? commandOver(known.origin) : "person",
      at: wish.at,
      unpushed,
    };
  }
  const isSooner = known.dueAt === null || wish.at < known.dueAt;
  if (!isSooner) return null;
  if (wish.origin === "disk" && known.origin === "retention") {
    return { origin: "disk", at: wish.at, unpushed: wish.unpushed };
  }
  return { origin: known.origin, at: wish.at, unpushed: known.unpushed };
}

function commandOver(known: CleanupOrigin): CleanupOrigin {
  return known === "person" ? "person" : "command";
}
