import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { OrbError, type Refusal } from "../errors.ts";
import { describeProblem, type ProblemContext } from "./problem.ts";

/** An error of Node's HTTP parser. */
interface ParserError extends Error {
  readonly code?: string;
  /** The bytes that were read last. */
  readonly rawPacket?: unknown;
}

const LINE_END = "\n";

/**
 * Answers what is not a complete HTTP request, for which there is no reply object, and closes the connection.
 *
 * @param error of the event `clientError`, https://nodejs.org/api/http.html#event-clienterror
 * @returns the status of the answer; `null` if nobody is there to read one
 */
export function answerBrokenRequest(
  error: ParserError,
  socket: Duplex,
  context: ProblemContext,
): number | null {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return null;
  }
  return endWithProblem(socket, new OrbError(refusalFor(error), { cause: error }), context);
}

/**
 * Writes a problem to a connection as a whole HTTP answer, and closes it.
 *
 * @returns the status of the answer
 */
export function endWithProblem(socket: Duplex, error: OrbError, context: ProblemContext): number {
  const { status, headers, body } = describeProblem(error, randomUUID(), context);
  const all = { ...headers, Connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join("\r\n");
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
  return status;
}

function refusalFor({ code, rawPacket }: ParserError): Refusal {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return rawPacket instanceof Buffer && !rawPacket.includes(LINE_END)
        ? addressTooLong()
        : headersTooLarge();
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return {
        code: "request_timeout",
        reason: "The request did not arrive as a whole in time.",
        remedy: "Send it again, faster or in smaller parts.",
      };
    case "HPE_INVALID_VERSION":
    case "HPE_PAUSED_H2_UPGRADE":
      return {
        code: "http_version_unsupported",
        reason: "The server answers only HTTP/1.0 and HTTP/1.1.",
        remedy: "Use HTTP/1.1, or a proxy that translates.",
      };
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return {
        code: "too_large",
        reason: "The chunks of the body have too many extensions.",
        remedy: "Send the body without chunk extensions.",
      };
    default:
      return {
        code: "bad_request",
        reason: "This is not a valid HTTP/1.1 request.",
        remedy: "Check the request line, the headers and the length of the body. HTTPS is not spoken here.",
      };
  }
}

/** @returns the refusal of an address that is longer than any that the API has */
export function addressTooLong(): Refusal {
  return {
    code: "address_too_long",
    reason: "The address is longer than the server takes.",
    remedy: "Send long texts in the body of the request.",
  };
}

function headersTooLarge(): Refusal {
  return {
    code: "headers_too_large",
    reason: "The headers of the request are larger than the server takes.",
    remedy: "Send fewer or shorter headers. A proxy in between may have added cookies.",
  };
}
