// The peer of `script/bench webhooks`: Probot as in its documentation, with a handler that does nothing.
// https://probot.github.io/docs/development/#use-createnodemiddleware

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, Probot } from "probot";
import { standAsPeer } from "./stand-as-peer.ts";

const { APP_ID = "", PRIVATE_KEY = "", WEBHOOK_SECRET = "" } = process.env;
const probot = new Probot({
  appId: APP_ID,
  privateKey: PRIVATE_KEY,
  secret: WEBHOOK_SECRET,
  logLevel: "fatal",
});
const middleware = await createNodeMiddleware(
  (app) => {
    app.on("push", () => {});
  },
  { probot, webhooksPath: "/api/github/webhooks" },
);
const server = createServer((request, response) => void middleware(request, response));
server.listen(0, "127.0.0.1", () => {
  standAsPeer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
