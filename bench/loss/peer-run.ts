import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { botEnvironment } from "../../test/support/bot/environment.ts";
import type { Outgoing } from "../../test/local-github/webhooks/webhooks.ts";
import { type Killable, KilledProcess } from "./killed-process.ts";
import { sendAtRate, type Rate } from "./send.ts";
import type { LossStage } from "./stage.ts";

const PEER = fileURLToPath(new URL("probot-peer.ts", import.meta.url));

export interface PeerLoss {
  readonly sent: number;
  readonly deliveries: number;
  readonly lost: number;
  readonly lostAcknowledged: number;
  /** Handled again although they had been handled: Probot does not recognise a repeated delivery. */
  readonly repeated: number;
  readonly kills: number;
}

/**
 * Sends the same deliveries, at the same rate and with the same kills, to a bare Probot. Nothing is
 * redelivered, because it does not ask.
 */
export async function runPeer(
  { github, app, surroundings }: LossStage,
  { schedule, rate, port }: { schedule: readonly Outgoing[]; rate: Rate; port: number },
): Promise<PeerLoss> {
  const folder = await mkdtemp(join(tmpdir(), "orb-loss-"));
  const appliedFile = join(folder, "applied");
  await writeFile(appliedFile, "");
  const ours = app.webhook;
  const url = `http://127.0.0.1:${port}/api/github/webhooks`;
  app.webhook = ours && { ...ours, url };
  const environment = {
    ...botEnvironment(surroundings),
    PEER_APPLIED_FILE: appliedFile,
    PEER_PORT: String(port),
  };
  const killed = await KilledProcess.begin(() => startPeer(environment), rate);
  try {
    await sendAtRate(schedule, github.webhooks, rate);
    await github.webhooks.drain();
    const last = await killed.spare();
    last.stop();
    await last.ended;
    const attempts = github.world.state.hookDeliveries.filter((attempt) => attempt.url === url);
    const lines = (await readFile(appliedFile, "utf8")).split("\n").filter(Boolean);
    const applied = new Set(lines);
    const lost = [...new Set(attempts.map(({ guid }) => guid))].filter((guid) => !applied.has(guid));
    const acknowledged = new Set(attempts.filter(({ status }) => status === "OK").map(({ guid }) => guid));
    return {
      sent: attempts.length,
      deliveries: applied.size + lost.length,
      lost: lost.length,
      lostAcknowledged: lost.filter((guid) => acknowledged.has(guid)).length,
      repeated: lines.length - applied.size,
      kills: killed.kills,
    };
  } finally {
    app.webhook = ours;
    // The bot must not find the peer's deliveries in GitHub's log.
    const { hookDeliveries } = github.world.state;
    const others = hookDeliveries.filter((attempt) => attempt.url !== url);
    hookDeliveries.splice(0, hookDeliveries.length, ...others);
    await rm(folder, { recursive: true, force: true });
  }
}

async function startPeer(environment: Record<string, string>): Promise<Killable & { stop(): void }> {
  const env = { ...process.env, NODE_OPTIONS: "", ...environment };
  const child = fork(PEER, { execArgv: [], env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  await Promise.race([once(child, "message"), ended]);
  return { pid: pidOf(child), ended, stop: () => child.kill("SIGTERM") };
}

function pidOf({ pid, exitCode, signalCode }: ChildProcess): number {
  if (pid === undefined || exitCode !== null || signalCode !== null)
    throw new Error("Probot exited before it was ready");
  return pid;
}
