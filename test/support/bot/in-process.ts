import { openDoors } from "../../../handlers/register.ts";
import { type App, createApp, type Overrides } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config.ts";
import { Apart } from "../../../src/work/apart/apart.ts";
import { type Asked, ask } from "./api.ts";
import { botEnvironment, type BotSurroundings } from "./environment.ts";
import { PACE_OF_MOVED_CLOCK, QUICK_PACE } from "./pace.ts";

/** A thread loads hundreds of modules, so all bots of a worker share them. */
const apart = new Apart();

export interface Bot extends AsyncDisposable {
  readonly url: string;
  readonly app: App;
  /** Asks the bot's API as its administrator. */
  request(path: string, options?: Asked): Promise<Response>;
}

/**
 * A whole bot in this process, on a free port. Dispose of it before the stores that it uses. What it does again and
 * again, it does where it is told to be `startJobs`: a test counts requests and events that nothing else may mix into.
 * It is quick, unless it is given the product's own `pace`.
 */
export async function startBot(
  surroundings: BotSurroundings,
  overrides: Partial<Overrides> = {},
): Promise<Bot> {
  const config = loadConfig(botEnvironment(surroundings));
  const pace = overrides.now ? PACE_OF_MOVED_CLOCK : QUICK_PACE;
  const app = await createApp(config, { startJobs: false, pace, apart, ...overrides });
  const doors = await openDoors(app);
  const url = doors.url;
  if (url === null) throw new Error("A bot of a test has the role web");
  return {
    url,
    app,
    request: (path, options) => ask(url, path, options),
    [Symbol.asyncDispose]: async () => {
      await doors.close();
      await app.close();
    },
  };
}
