import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { Handled } from "../../src/deliveries/delivery.ts";
import type { Command } from "../../src/pull-requests/record/rules/command.ts";
import type { RequestPlace } from "../../src/pull-requests/intake/wake-store.ts";
import { type Context, notKept } from "./payload.ts";

export const NOBODY_ASKED = "The payload does not say who asked for it";

/** The command of a pressed button, once for each delivery: the same delivery again changes nothing. */
export async function askByButton(
  command: Command,
  where: RequestPlace,
  {
    parts: { wakeStore, now },
    by,
    context: { delivery, transaction },
  }: { parts: PullRequestParts; by: string; context: Context },
): Promise<Handled> {
  const at = now();
  const request = {
    key: `delivery:${delivery.id}`,
    command,
    door: "button",
    by,
    commentId: null,
    at,
  } as const;
  const outcome = await wakeStore.addRequest(where, request, { now: at, transaction });
  const because = outcome === "added" ? `${command} is asked for` : "It is known already";
  return notKept(outcome, "No pull request of ours has that commit") ?? { outcome: "applied", because };
}
