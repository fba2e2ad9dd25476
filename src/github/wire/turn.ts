import { OrbError } from "../../errors.ts";
import type { Stop } from "../../work/stop.ts";
import { currentWriter, type Writer } from "./write-guard.ts";
import type { Asking, WriteSlot, WriteSlots } from "./write-slots.ts";

interface Deps {
  readonly slots: WriteSlots;
  readonly now: () => Date;
}

/**
 * The work has to wait for its turn among the writes of its installation. It has a place in the line from `retryAt` on,
 * so it should come then, and no later.
 */
export class WaitsForTurn extends OrbError {
  constructor(retryAt: Date) {
    super(
      {
        code: "rate_limited",
        reason: "The bot has reached GitHub's limit for writes per minute or per hour.",
        remedy: "No action needed: the bot continues when GitHub allows it.",
      },
      { retryAt },
    );
  }
}

/**
 * Waits until one write of `writer` may begin, if that is a moment.
 *
 * @throws WaitsForTurn if it is longer; OrbError `stopping` if the process ends before
 */
export async function turnToWrite(
  who: string,
  writer: Writer,
  { slots, now, stop }: Deps & { readonly stop: Stop },
): Promise<void> {
  const untilMs = await turnOf(writer, (asking) => slots.take(who, asking), now);
  const waitMs = untilMs - now().getTime();
  if (waitMs > 0) await stop.wait(waitMs);
}

/**
 * Reserves the first writes of the current work. Work that is going to write calls it first, so that it asks GitHub nothing
 * before it learns that it has to wait.
 *
 * @throws WaitsForTurn
 */
export async function reserveTurn(who: string, { slots, now }: Deps): Promise<void> {
  const writer = currentWriter();
  const { turn } = writer;
  if (turn === null) return;
  writer.leave = () => slots.leave(who, turn);
  await turnOf(writer, (asking) => slots.reserve(who, asking), now);
}

async function turnOf(
  writer: Writer,
  ask: (asking: Asking) => Promise<WriteSlot>,
  now: () => Date,
): Promise<WriteSlot["atMs"]> {
  const { atMs, taken } = await ask({ turn: writer.turn, nowMs: now().getTime() });
  if (taken) return atMs;
  // It keeps its place while it waits.
  writer.leave = null;
  throw new WaitsForTurn(new Date(atMs));
}
