import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { ConnectionString } from "mongodb-connection-string-url";

/** A way to a server that a test can block. */
interface Way extends AsyncDisposable {
  /** Nothing passes any more, and nobody is told: as where a cable is pulled. */
  hang(): void;
  /** The same, but only for the connections that are open now: as where a firewall has forgotten them. */
  forget(): void;
  /** Connections are closed, and new ones as well: as where the server is gone. */
  refuse(): void;
  /** Lets new connections pass. Those that hung are closed; those that were forgotten stay as they are. */
  heal(): void;
}

export type CutOff = Way & { readonly mongodbUri: string };

/** A proxy on 127.0.0.1 in front of the MongoDB of a URI. */
export async function cutOffFrom(mongodbUri: string): Promise<CutOff> {
  const uri = new ConnectionString(mongodbUri);
  const [host = "127.0.0.1", port = "27017"] = (uri.hosts[0] ?? "").split(":");
  const { here, ...way } = await openWay(Number(port), host);
  uri.hosts = [here];
  uri.searchParams.delete("replicaSet");
  uri.searchParams.set("directConnection", "true");
  return { mongodbUri: uri.toString(), ...way };
}

/** A proxy on 127.0.0.1 in front of the Redis of a URL. */
export async function cutOffFromRedis(redisUrl: string): Promise<Way & { readonly redisUrl: string }> {
  const url = new URL(redisUrl);
  const { here, ...way } = await openWay(Number(url.port), url.hostname);
  url.host = here;
  return { redisUrl: url.toString(), ...way };
}

async function openWay(port: number, host: string): Promise<Way & { readonly here: string }> {
  let mode: "open" | "hanging" | "refusing" = "open";
  const sockets = new Set<Socket>();
  let forgotten: ReadonlySet<Socket> = new Set();
  const server = createServer((near) => {
    if (mode === "refusing") {
      near.destroy();
      return;
    }
    const far = connect(port, host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      // What arrives while it hangs is lost; the connection is of no use afterwards, as in life.
      from.on("data", (data) => mode === "open" && !forgotten.has(from) && to.write(data));
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
  return {
    here: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang: () => {
      mode = "hanging";
    },
    forget: () => {
      forgotten = new Set(sockets);
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
