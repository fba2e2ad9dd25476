import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { ConnectionString } from "mongodb-connection-string-url";

/** A way to a MongoDB that a test can block. */
export interface CutOff extends AsyncDisposable {
  readonly mongodbUri: string;
  /** Nothing passes any more, and nobody is told: as where a cable is pulled. */
  hang(): void;
  /** Connections are closed, and new ones as well: as where the server is gone. */
  refuse(): void;
  heal(): void;
}

/** A proxy on 127.0.0.1 in front of the MongoDB of a URI. */
export async function cutOffFrom(mongodbUri: string): Promise<CutOff> {
  const uri = new ConnectionString(mongodbUri);
  const [host = "127.0.0.1", port = "27017"] = (uri.hosts[0] ?? "").split(":");
  let mode: "open" | "hanging" | "refusing" = "open";
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (mode === "refusing") {
      near.destroy();
      return;
    }
    const far = connect(Number(port), host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      // What arrives while it hangs is lost; the connection is of no use afterwards, as in life.
      from.on("data", (data) => mode === "open" && to.write(data));
      from
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(from);
          to.destroy();
        });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  uri.hosts = [`127.0.0.1:${(server.address() as AddressInfo).port}`];
  uri.searchParams.delete("replicaSet");
  uri.searchParams.set("directConnection", "true");
  return {
    mongodbUri: uri.toString(),
    hang: () => {
      mode = "hanging";
    },
    refuse: () => {
      mode = "refusing";
      drop();
    },
    heal: () => {
      const dropped = mode === "hanging";
      mode = "open";
      if (dropped) drop();
    },
    [Symbol.asyncDispose]: async () => {
      drop();
      server.close();
      await once(server, "close");
    },
  };
}
