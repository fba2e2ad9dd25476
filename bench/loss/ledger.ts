import type { HookDelivery } from "../../test/local-github/state.ts";

/** What the bot's inbox has about a delivery. */
export interface InboxEntry {
  readonly _id: string;
  readonly status: "pending" | "done" | "dead";
  readonly outcome: "applied" | "ignored" | null;
}

/** What happened to every delivery of a run. `sent` is the sum of the others, or deliveries were lost. */
export interface Ledger {
  /** First attempts and second copies, without redeliveries of failed attempts. */
  readonly sent: number;
  readonly applied: number;
  /** Received, but without a meaning for the bot. */
  readonly ignored: number;
  /** Sent under a GUID that had been sent before. */
  readonly deduplicated: number;
  readonly dead: number;
  /** Stored but not processed yet. */
  readonly pending: number;
  /** Sent, but found nowhere. */
  readonly lost: number;
  /** Lost deliveries that were acknowledged: GitHub will not send them again. */
  readonly lostAcknowledged: number;
  /** In the inbox, but never sent. */
  readonly invented: number;
}

/**
 * Compares what was sent with what the bot says happened to it.
 *
 * @param attempts GitHub's log of deliveries to the bot
 */
export function balance(attempts: readonly HookDelivery[], inbox: readonly InboxEntry[]): Ledger {
  const sent = attempts.filter(({ redelivery }) => !redelivery);
  const guids = new Set(sent.map(({ guid }) => guid));
  const stored = new Map(inbox.map((entry) => [entry._id, entry]));
  // The bot counts events without a handler, but does not store them.
  const unstored = new Set(attempts.filter(saysIgnored).map(({ guid }) => guid));
  const acknowledged = new Set(attempts.filter(({ status }) => status === "OK").map(({ guid }) => guid));
  const known = [...guids].flatMap((guid) => stored.get(guid) ?? []);
  const missing = [...guids].filter((guid) => !stored.has(guid));
  const lost = missing.filter((guid) => !unstored.has(guid));
  const count = (is: (entry: InboxEntry) => boolean) => known.filter(is).length;
  return {
    sent: sent.length,
    applied: count(({ status, outcome }) => status === "done" && outcome === "applied"),
    ignored:
      count(({ status, outcome }) => status === "done" && outcome !== "applied") +
      (missing.length - lost.length),
    deduplicated: sent.length - guids.size,
    dead: count(({ status }) => status === "dead"),
    pending: count(({ status }) => status === "pending"),
    lost: lost.length,
    lostAcknowledged: lost.filter((guid) => acknowledged.has(guid)).length,
    invented: [...stored.keys()].filter((guid) => !guids.has(guid)).length,
  };
}

/** Whether every delivery is accounted for; a run that does not balance proves nothing. */
export function isBalanced({ sent, applied, ignored, deduplicated, dead, invented }: Ledger): boolean {
  return sent === applied + ignored + deduplicated + dead && invented === 0;
}

function saysIgnored({ response }: HookDelivery): boolean {
  return response?.body.includes('"outcome":"ignored"') ?? false;
}
