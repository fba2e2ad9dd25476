import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";

export interface LostAnswers extends AsyncDisposable {
  readonly url: string;
}

/** Opens a proxy to the bot that loses each answer: the bot stores deliveries that GitHub counts as failed. */
export async function loseAnswers(botUrl: string): Promise<LostAnswers> {
  const server = createServer((request, response) => {
    const { method, headers, url = "/" } = request;
    const cut = () => void response.destroy();
    const onward = ask(new URL(url, botUrl), { method, headers }, (answer) => answer.resume().on("end", cut));
    request.pipe(onward.on("error", cut));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
