import { afterAll, beforeAll } from "../testing.ts";
import { preparedStores } from "../servers/prepared-stores.ts";
import type { Stores } from "../servers/stores.ts";
import type { BotSurroundings } from "./environment.ts";
import { type Bot, startBot } from "./in-process.ts";

/** Two instances over one database. */
export interface TwoBots {
  readonly bots: readonly [Bot, Bot];
  /** How far their clock is ahead, in milliseconds. */
  aheadMs: number;
}

/**
 * Two bots of the tests of a file, with a database of their own and no GitHub. To be called once, at the top of the file.
 *
 * @param isMoved whether the test moves their clock; otherwise it is MongoDB's
 */
export function useTwoBots(
  surroundings: Omit<BotSurroundings, "mongodbUri"> = {},
  { isMoved = false }: { readonly isMoved?: boolean } = {},
): TwoBots {
  let stores: Stores;
  let bots: readonly [Bot, Bot];
  const two = {
    get bots() {
      return bots;
    },
    aheadMs: 0,
  };
  beforeAll(async () => {
    stores = await preparedStores();
    const now = () => new Date(Date.now() + two.aheadMs);
    const start = () => startBot({ ...surroundings, mongodbUri: stores.mongodbUri }, isMoved ? { now } : {});
    bots = [await start(), await start()];
  });
  afterAll(async () => {
    for (const bot of bots) await bot[Symbol.asyncDispose]();
    await stores[Symbol.asyncDispose]();
  });
  return two;
}
