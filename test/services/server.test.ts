import { expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { botEnvironment } from "../support/bot/environment.ts";
import { eventually } from "../support/eventually.ts";
import { freshStores } from "../support/servers/stores.ts";

const SCRIPT = fileURLToPath(new URL("../../script/server", import.meta.url));

interface Run {
  readonly output: () => string;
  readonly ended: Promise<unknown[]>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts script/server with nothing in its environment but what is given, where the machine's programs are. */
function startServer(environment: Record<string, string>): Run {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(SCRIPT, { env: { PATH, HOME, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return { output: () => output, ended: once(child, "close"), kill: (signal) => child.kill(signal) };
}

test("script/server runs the bot until it is told to stop, and ends as the bot does", async () => {
  await using stores = await freshStores();
  const logging = { LOG_LEVEL: "info", LOG_FORMAT: "json" };
  const server = startServer({ ...botEnvironment(stores), ...logging });

  const url = await eventually("the bot's address", () => /"url":"(http[^"]+)"/.exec(server.output())?.[1]);
  const answer = await fetch(`${url}/api/v1/projects`);
  server.kill("SIGTERM");

  expect(answer.status).toBe(401);
  expect(await server.ended).toEqual([0, null]);
  expect(server.output()).not.toContain("embedded");
});

test("script/server passes on the exit code of a bot that can't be configured", async () => {
  await using stores = await freshStores();
  const server = startServer({ ...botEnvironment(stores), PRIVATE_KEY: "no key" });

  expect(await server.ended).toEqual([78, null]);
});

test("in production script/server embeds nothing", async () => {
  // Empty rather than unset, so that an .env file of this checkout does not fill them in.
  const server = startServer({ NODE_ENV: "production", MONGODB_URI: "", PRIVATE_KEY: "no key" });

  expect(await server.ended).toEqual([78, null]);
  expect(server.output()).toContain("MONGODB_URI is not set");
  expect(server.output()).not.toContain("embedded");
});
