import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { botEnvironment } from "../../support/bot/environment.ts";
import { eventually } from "../../support/eventually.ts";
import { type Main, startMain } from "../../support/bot/start-main.ts";
import { longStory, sampled } from "../../support/sample.ts";
import { setStage, type Stage } from "../../support/stage.ts";

/** A name that no resolver knows: only the proxy does. */
const HOST = "github-behind-the-proxy.invalid";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** A proxy that opens tunnels to the local GitHub, whatever host they are asked for. */
async function startProxy(githubPort: number) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on("connect", ({ url }, near: Socket) => {
    asked.push(url ?? "");
    const far = connect(githubPort, "127.0.0.1", () => near.write("HTTP/1.1 200 OK\r\n\r\n"));
    for (const socket of [near, far]) sockets.add(socket.on("error", () => {}));
    near.pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function checksOf(main: Main): Promise<Record<string, string>> {
  const response = await fetch(`${await main.up}/readyz`);
  return ((await response.json()) as { checks: Record<string, string> }).checks;
}

async function stop(main: Main): Promise<void> {
  main.child.kill("SIGTERM");
  await main.ended;
}

const NAMES = sampled("names of a proxy's variable", ["HTTP_PROXY", "http_proxy"], ["http_proxy"]);

test.each(NAMES)("the bot reaches GitHub through the proxy of %s", async (name) => {
  const { port, protocol } = new URL(stage.github.apiUrl);
  await using proxy = await startProxy(Number(port));
  const GITHUB_API_URL = stage.github.apiUrl.replace(/127\.0\.0\.1|localhost/, HOST);
  const main = await startMain({
    ...botEnvironment(stage.surroundings),
    LOG_LEVEL: "info",
    GITHUB_API_URL,
    [name]: proxy.url,
  });
  await eventually("GitHub up", async () => (await checksOf(main))["github"] === "up");
  expect(protocol).toBe("http:");
  expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:${port}`]));
  await stop(main);
});

longStory("the bot asks the proxy of HTTPS_PROXY for a tunnel to GitHub", async () => {
  await using proxy = await startProxy(Number(new URL(stage.github.apiUrl).port));
  const env = {
    ...botEnvironment(stage.surroundings),
    LOG_LEVEL: "info",
    GITHUB_API_URL: `https://${HOST}`,
    HTTPS_PROXY: proxy.url,
  };
  const main = await startMain(env);
  await eventually("the tunnel", () => proxy.asked.includes(`${HOST}:443`));
  await stop(main);
});

longStory("the bot reaches the hosts of NO_PROXY without the proxy", async () => {
  await using proxy = await startProxy(Number(new URL(stage.github.apiUrl).port));
  const NO_PROXY = "example.com,127.0.0.1,localhost";
  const env = {
    ...botEnvironment(stage.surroundings),
    LOG_LEVEL: "info",
    HTTP_PROXY: proxy.url,
    HTTPS_PROXY: proxy.url,
    NO_PROXY,
  };
  const main = await startMain(env);
  await eventually("GitHub up", async () => (await checksOf(main))["github"] === "up");
  expect(proxy.asked).toEqual([]);
  await stop(main);
});
