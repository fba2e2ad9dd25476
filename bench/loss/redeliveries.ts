import type { HookDelivery } from "../../test/local-github/state.ts";

/** When a delivery came that the bot's inbox has. */
export interface Arrival {
  readonly _id: string;
  readonly receivedAt: Date;
}

/** What the bot had GitHub deliver again. */
export interface Redeliveries {
  readonly asked: number;
  /** Of those, although the inbox had it by then. */
  readonly needless: number;
  /** Of the same delivery more than once, without the first time. */
  readonly repeated: number;
  /** When the last that it brought back was stored; `null` where it brought back none. */
  readonly lastBackAt: Date | null;
}

/**
 * Holds GitHub's log against the inbox: both have the time of this machine.
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
