import type { Socket } from "node:net";
import type { HttpServer } from "./http-server.ts";

/** How long a request that has begun to arrive may take to arrive as a whole, once the server is closing. */
const GRACE_MS = 2_000;
/** After that everything is cut. Answers that take longer are refused anyway. */
const LAST_MS = 10_000;
/**
 * Requests that a connection may have sent without waiting for their answers. No client of the API does that, and each takes
 * memory until it is answered, also if nobody reads the answers.
 */
const PIPELINED_MAX = 32;

/** The requests of a connection that are not answered yet. */
interface Busy {
  count: number;
  latest: { readonly complete: boolean };
}

/**
 * Cuts connections on which nothing useful comes to an end. Those with many requests at once, at any time. And when the server
 * closes, those without a request at once, those whose request has not arrived as a whole a little later: Node itself closes
 * only connections that have had an answer, and stops its time-outs when it closes,
 * https://nodejs.org/api/http.html#servercloseidleconnections
 */
export function cutUnfinished(server: HttpServer): void {
  const open = new Set<Socket>();
  const busy = new Map<Socket, Busy>();
  server.server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      busy.delete(socket);
    });
  });
  server.addHook("onRequest", ({ raw }, reply, done) => {
    const own = busy.get(raw.socket) ?? { count: 0, latest: raw };
    own.count++;
    own.latest = raw;
    busy.set(raw.socket, own);
    if (own.count <= PIPELINED_MAX) {
      done();
      return;
    }
    reply.hijack();
    raw.socket.destroy();
  });
  server.addHook("onResponse", ({ raw }, _reply, done) => {
    const own = busy.get(raw.socket);
    if (own && --own.count === 0) busy.delete(raw.socket);
    done();
  });
  server.addHook("preClose", (done) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    setTimeout(() => {
      for (const socket of open) if (busy.get(socket)?.latest.complete !== true) socket.destroy();
    }, GRACE_MS).unref();
    setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, LAST_MS).unref();
    done();
  });
}
