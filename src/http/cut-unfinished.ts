import type { Socket } from "node:net";
import type { HttpServer } from "./http-server.ts";

/** How long a request that has begun to arrive may take to arrive as a whole, once the server is closing. */
const GRACE_MS = 2_000;

/**
 * Lets the server close although somebody holds a connection open: one without a request is cut at once, one whose request has
 * not arrived as a whole a little later. Node itself closes only connections that have had an answer, and stops its
 * time-outs when it closes: https://nodejs.org/api/http.html#servercloseidleconnections
 */
export function cutUnfinished(server: HttpServer): void {
  const open = new Set<Socket>();
  // Requests whose headers have arrived, by their connection.
  const busy = new Map<Socket, { readonly complete: boolean }>();
  server.server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      busy.delete(socket);
    });
  });
  server.addHook("onRequest", ({ raw }, _reply, done) => {
    busy.set(raw.socket, raw);
    done();
  });
  server.addHook("onResponse", ({ raw }, _reply, done) => {
    busy.delete(raw.socket);
    done();
  });
  server.addHook("preClose", (done) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    setTimeout(() => {
      for (const socket of open) if (busy.get(socket)?.complete !== true) socket.destroy();
    }, GRACE_MS).unref();
    done();
  });
}
