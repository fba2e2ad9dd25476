import type { HookDelivery } from "../../test/local-github/state.ts";

/** What the bot's inbox says of a delivery. */
export interface InboxEntry {
  readonly _id: string;
  readonly status: "pending" | "done" | "dead";
  readonly outcome: "applied" | "ignored" | null;
}

/** Where every delivery of a run went. `sent` is the sum of the rest, or deliveries were lost. */
export interface Ledger {
  /** First attempts and second copies, without what was redelivered because it had failed. */
  readonly sent: number;
  readonly applied: number;
  /** Taken in, and found to mean nothing for the bot. */
  readonly ignored: number;
  /** Sent under a GUID that was sent before. */
  readonly deduplicated: number;
  readonly dead: number;
  /** Stored and not yet worked off. */
  readonly pending: number;
  /** Sent, and nowhere to be found. */
  readonly lost: number;
  /** Of the lost those that were acknowledged: GitHub will not send them again. */
  readonly lostAcknowledged: number;
  /** In the inbox, and never sent. */
  readonly invented: number;
}

/**
 * Balances what was sent against what the bot says has become of it.
 *
 * @param attempts GitHub's log of deliveries to the bot
 */
export function balance(attempts: readonly HookDelivery[], inbox: readonly InboxEntry[]): Ledger {
  const sent = attempts.filter(({ redelivery }) => !redelivery);
  const guids = new Set(sent.map(({ guid }) => guid));
  const stored = new Map(inbox.map((entry) => [entry._id, entry]));
  // What the bot has no handler for it counts and does not store.
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

/** Whether every delivery is accounted for; a run that does not balance says nothing. */
export function isBalanced({ sent, applied, ignored, deduplicated, dead, invented }: Ledger): boolean {
  return sent === applied + ignored + deduplicated + dead && invented === 0;
}

function saysIgnored({ response }: HookDelivery): boolean {
  return response?.body.includes('"outcome":"ignored"') ?? false;
}
