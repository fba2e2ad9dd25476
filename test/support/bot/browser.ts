import type { Bot } from "./in-process.ts";

/** What a browser sends of itself. */
interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The address that bots of tests have for browsers. */
export const PUBLIC_URL = "https://orb.example.com";

/** Keeps the cookies of one person, and sends them to any instance, as a browser behind a load balancer. */
export class Browser {
  readonly cookies = new Map<string, string>();

  /** Follows no redirect, and sends no token. */
  async send(bot: Pick<Bot, "url">, path: string, { headers = {}, ...sent }: Sent = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(`${bot.url}${path}`, {
      ...sent,
      redirect: "manual",
      headers: { ...(cookie !== "" && { cookie }), ...headers },
    });
    for (const line of response.headers.getSetCookie()) this.#take(line);
    return response;
  }

  #take(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/;\s*max-age=0(;|$)/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
