import { type IncomingMessage, request as requestHttp, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { makeNodeTransport, type NodeOptions } from "@sentry/node";
import { scrubEnvelope } from "../rules/scrub-envelope.ts";
import type { Private } from "../rules/scrub-text.ts";

type MakeTransport = NonNullable<NodeOptions["transport"]>;
type TransportOptions = Parameters<MakeTransport>[0];
type HttpModule = NonNullable<TransportOptions["httpModule"]>;

/** The whole of a request. The SDK itself would wait for a silent server for ever. */
const SEND_MS_MAX = 5_000;
/** Those that wait for an answer. More are dropped, and counted by the SDK. */
const IN_FLIGHT_MAX = 32;
const REFUSED_STATUS_MIN = 400;

/**
 * The only way out to Sentry. Everything that goes this way is scrubbed here, because the SDK's own hooks see only some kinds of
 * what it sends.
 *
 * @param onTrouble called with each answer that is a refusal, and each request without an answer
 */
export function boundedTransport(isPrivate: Private, onTrouble: (why: string) => void): MakeTransport {
  return (options) => {
    const inner = makeNodeTransport({ ...options, httpModule: HTTP, bufferSize: IN_FLIGHT_MAX });
    return {
      send: async (envelope) => {
        try {
          const scrubbed = scrubEnvelope(envelope, isPrivate);
          if (scrubbed === null) return {};
          const answer = await inner.send(scrubbed as typeof envelope);
          const { statusCode = 0 } = answer;
          if (statusCode >= REFUSED_STATUS_MIN) onTrouble(`It answered with the status ${statusCode}`);
          return answer;
        } catch (error) {
          onTrouble(reasonOf(error));
          return {};
        }
      },
      flush: (timeoutMs) => inner.flush(timeoutMs),
    };
  };
}

/** Node's own, with a limit of time, and through the proxy of the environment: its global agents know it, those of the SDK do not. */
const HTTP: HttpModule = {
  request: (options, onAnswer) => {
    const { agent: _ofTheSdk, ...rest } = options as RequestOptions;
    const bounded = { ...rest, signal: AbortSignal.timeout(SEND_MS_MAX) };
    const answered = onAnswer as ((answer: IncomingMessage) => void) | undefined;
    return rest.protocol === "https:" ? requestHttps(bounded, answered) : requestHttp(bounded, answered);
  },
};

function reasonOf(error: unknown): string {
  const { name, message, code } = error as Error & { code?: string };
  if (name === "AbortError" || name === "TimeoutError") return "It took too long to answer";
  return `It can't be reached: ${message || code || name}`;
}
