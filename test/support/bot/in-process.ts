import { openDoors } from "../../../handlers/register.ts";
import { type App, createApp, type Overrides } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config.ts";
import { ADMIN_TOKEN, botEnvironment, type BotSurroundings } from "./environment.ts";

type Asked = Omit<RequestInit, "headers"> & { readonly headers?: Record<string, string> };

export interface Bot extends AsyncDisposable {
  readonly url: string;
  readonly app: App;
  /** Asks the bot's API as its administrator. */
  request(path: string, options?: Asked): Promise<Response>;
}

/** A whole bot in this process, on a free port. Dispose of it before the stores that it uses. */
export async function startBot(
  surroundings: BotSurroundings,
  overrides: Partial<Overrides> = {},
): Promise<Bot> {
  const app = await createApp(loadConfig(botEnvironment(surroundings)), overrides);
  const doors = await openDoors(app);
  const url = doors.url;
  if (url === null) throw new Error("A bot of a test has the role web");
  return {
    url,
    app,
    request: (path, options) => askAsAdministrator(url, path, options),
    [Symbol.asyncDispose]: async () => {
      await doors.close();
      await app.close();
    },
  };
}

export async function askAsAdministrator(
  url: string,
  path: string,
  options: Asked = {},
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${ADMIN_TOKEN}`,
    "content-type": "application/json",
    ...options.headers,
  };
  return fetch(`${url}${path}`, { ...options, headers });
}
