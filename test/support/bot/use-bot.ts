import { afterAll, beforeAll } from "../testing.ts";
import { preparedStores } from "../servers/prepared-stores.ts";
import type { Stores } from "../servers/stores.ts";
import { type Bot, startBot } from "./in-process.ts";

/** A bot of the tests of a file, with a MongoDB database of its own and no GitHub. To be called once, at the top of the file. */
export function useBot(): Omit<Bot, typeof Symbol.asyncDispose> {
  let stores: Stores;
  let bot: Bot;
  beforeAll(async () => {
    stores = await preparedStores();
    bot = await startBot({ mongodbUri: stores.mongodbUri });
  });
  afterAll(async () => {
    await bot[Symbol.asyncDispose]();
    await stores[Symbol.asyncDispose]();
  });
  return {
    get url() {
      return bot.url;
    },
    get app() {
      return bot.app;
    },
    request: (path, options) => bot.request(path, options),
  };
}
