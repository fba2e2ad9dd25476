import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";

export const MEBIBYTE = 1024 * 1024;

/** A request written by hand, so that a test can send a body that no HTTP client would send. */
export interface HandWritten {
  readonly socket: Socket;
  /** The answer so far. */
  answer(): string;
  /** Writes as fast as the other side reads; returns `false` once it no longer reads. */
  write(bytes: Buffer): Promise<boolean>;
}

/** Opens `POST /api/github/webhooks` with these headers; the caller writes the body. */
export async function openPost(botUrl: string, headers: Record<string, string>): Promise<HandWritten> {
  const { hostname, port } = new URL(botUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const closed = once(socket, "close").catch(() => {});
  let answer = "";
  socket.on("data", (data) => (answer += String(data))).on("error", () => {});
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write(["POST /api/github/webhooks HTTP/1.1", `host: ${hostname}`, ...lines, "", ""].join("\r\n"));
  return {
    socket,
    answer: () => answer,
    write: async (bytes) => {
      if (socket.writable && !socket.write(bytes)) {
        // If the other side hangs up there is no "drain".
        await Promise.race([once(socket, "drain").catch(() => {}), closed]);
      }
      return socket.writable;
    },
  };
}

/** One chunk of a body without a content length. */
export function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** The resident memory of a process, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024;
}
