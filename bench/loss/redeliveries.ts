import type { HookDelivery } from "../../test/local-github/state.ts";

/** When a delivery in the bot's inbox arrived. */
export interface Arrival {
  readonly _id: string;
  readonly receivedAt: Date;
}

/** The redeliveries that the bot requested from GitHub. */
export interface Redeliveries {
  readonly asked: number;
  /** Of those, requested although the inbox already had it. */
  readonly needless: number;
  /** Repeated requests for the same delivery, not counting the first. */
  readonly repeated: number;
  /** When the last recovered delivery was stored; `null` if none was recovered. */
  readonly lastBackAt: Date | null;
}

/**
 * Compares GitHub's log with the inbox; both use the clock of this machine.
 *
 * @param attempts GitHub's log of deliveries to the bot
 */
export function redeliveriesOf(attempts: readonly HookDelivery[], inbox: readonly Arrival[]): Redeliveries {
  const stored = new Map(inbox.map(({ _id, receivedAt }) => [_id, receivedAt]));
  const asked = attempts.filter(({ redelivery }) => redelivery);
  const guids = new Set(asked.map(({ guid }) => guid));
  const back = [...guids].flatMap((guid) => stored.get(guid)?.getTime() ?? []);
  return {
    asked: asked.length,
    needless: asked.filter(({ guid, deliveredAt }) => (stored.get(guid) ?? deliveredAt) < deliveredAt).length,
    repeated: asked.length - guids.size,
    lastBackAt: back.length === 0 ? null : new Date(Math.max(...back)),
  };
}
