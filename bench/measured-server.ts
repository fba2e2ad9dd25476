import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ask } from "../test/support/bot/api.ts";

/** A server in a process of its own. */
export interface MeasuredServer {
  readonly url: string;
  /** The processor time of its process since it started, in microseconds. */
  cpuUs(): Promise<number>;
}

/** A bot, which says in its own metrics what it costs. */
export function botServer(url: string): MeasuredServer {
  const cpuUs = async () => {
    const metrics = await (await ask(url, "/metrics")).text();
    return Number(/^process_cpu_seconds_total (\S+)$/m.exec(metrics)?.[1]) * 1_000_000;
  };
  return { url, cpuUs };
}

/** Starts a file that calls `standAsPeer`. @param environment in addition to that of this process */
export async function startPeer(
  file: URL,
  environment: Readonly<Record<string, string>>,
): Promise<MeasuredServer & Disposable> {
  const child = fork(fileURLToPath(file), { env: { ...process.env, ...environment } });
  const [message] = (await once(child, "message")) as [{ url: string }];
  const cpuUs = async () => {
    const answered = once(child, "message") as Promise<[{ cpuUs: number }]>;
    child.send("cpu");
    const [answer] = await answered;
    return answer.cpuUs;
  };
  return { url: message.url, cpuUs, [Symbol.dispose]: () => void child.kill() };
}
