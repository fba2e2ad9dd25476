import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import { freePort } from "../../../script/services/free-port.ts";
import { currentHost } from "../../../script/services/host.ts";
import { findRedisServer } from "../../../script/services/redis-provider.ts";
import { eventually } from "../eventually.ts";

const NODES = 3;
const SLOTS = 16_384;

/** A Redis or Valkey cluster of three servers, without replicas. */
export async function startCluster(): Promise<AsyncDisposable & { readonly client: Cluster }> {
  await using stack = new AsyncDisposableStack();
  const { path } = await findRedisServer(currentHost());
  const folder = await mkdtemp(join(tmpdir(), "orb-cluster-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const ports = await Promise.all(Array.from({ length: NODES }, () => freePort()));
  const nodes: Redis[] = [];
  for (const [index, port] of ports.entries()) {
    const own = [
      "--port",
      String(port),
      "--cluster-port",
      String(await freePort()),
      "--cluster-config-file",
      `${port}.conf`,
    ];
    const common = ["--bind", "127.0.0.1", "--cluster-enabled", "yes", "--save", "", "--dir", folder];
    const child = spawn(path, [...common, ...own], { stdio: "ignore" });
    stack.defer(async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    });
    const node = new Redis(port, "127.0.0.1", { disconnectTimeout: 100 });
    node.on("error", () => {});
    stack.defer(() => node.disconnect());
    nodes.push(node);
    await eventually("the node", () => node.ping().catch(() => null));
    const first = Math.floor((index * SLOTS) / NODES);
    const last = Math.floor(((index + 1) * SLOTS) / NODES) - 1;
    await node.call("CLUSTER", "ADDSLOTSRANGE", String(first), String(last));
  }
  const busPorts = await Promise.all(nodes.map(busPortOf));
  for (const [index, port] of ports.entries()) {
    if (index > 0) await nodes[0]?.call("CLUSTER", "MEET", "127.0.0.1", String(port), busPorts[index] ?? "");
  }
  await eventually("the cluster", async () => {
    const states = await Promise.all(nodes.map((node) => node.call("CLUSTER", "INFO")));
    const whole = `cluster_known_nodes:${NODES}`;
    return states.every(
      (state) => String(state).includes("cluster_state:ok") && String(state).includes(whole),
    );
  });
  const client = new Cluster(ports.map((port) => ({ host: "127.0.0.1", port })));
  stack.defer(() => client.disconnect());
  await client.ping();
  const owned = stack.move();
  return { client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function busPortOf(node: Redis): Promise<string> {
  const [, port = ""] = await node.config("GET", "cluster-port");
  return port;
}
