import { once } from "node:events";
import { connect } from "node:net";

export interface RawAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends bytes to a server as they are, for requests that no HTTP client would send, and reads until the server closes the
 * connection. So a request that the server would keep open needs `Connection: close`.
 */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  // A server that has answered may reset a connection on which more is still sent.
  socket.on("error", () => {});
  socket.write(bytes);
  await once(socket, "close");
  const [head = "", body = ""] = Buffer.concat(chunks)
    .toString("utf8")
    .split(/\r\n\r\n(.*)/s);
  const [first = "", ...lines] = head.split("\r\n");
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(
      lines.map((line) => {
        const [name = "", value = ""] = line.split(/: ?(.*)/s);
        return [name.toLowerCase(), value];
      }),
    ),
    body,
  };
}
