import type { FastifyReply, FastifyRequest } from "fastify";
import { OrbError } from "../errors.ts";
import { shownKey } from "../input/rules/shown.ts";
import type { AllowedMethods } from "./allowed-methods.ts";
import { addressTooLong } from "./broken-request.ts";
import { JSON_TYPES } from "./json-body.ts";

const ADDRESS_CHARACTERS_MAX = 8_192;
/** A host and a port as in an address. https://www.rfc-editor.org/rfc/rfc9110#section-7.2 */
const HOST = /^[\w.~!$&'()*+,;=%:[\]-]*$/;

/**
 * Checks what a request says about itself, before its token and its body.
 *
 * @param isClosing whether the server has begun to close
 * @throws OrbError if it can't be served
 */
export function checkRequest(request: FastifyRequest, isClosing: boolean): void {
  if (isClosing) throw stopping();
  if (request.url.length > ADDRESS_CHARACTERS_MAX) throw new OrbError(addressTooLong());
  checkHost(request);
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (request.is404 || encoding.toLowerCase() === "identity") return;
  throw new OrbError({
    code: "unsupported_media_type",
    reason: `The body has the Content-Encoding ${shownKey(encoding)}, but the server takes only bodies that are not compressed.`,
    remedy: "Send the body as it is, without Content-Encoding.",
  });
}

/** What a sender may do differently, for the answer to a body of the wrong type or encoding. */
export function acceptHeaders({ routeOptions }: FastifyRequest): Record<string, string> {
  const { accepts = JSON_TYPES } = routeOptions.config;
  return { "Accept-Encoding": "identity", "Accept-Post": accepts.join(", ") };
}

/** The RFC demands a 400, and Node's own answer to a missing host has no body. */
function checkHost({ raw }: FastifyRequest): void {
  const { rawHeaders, httpVersion } = raw;
  const hosts: (string | undefined)[] = [];
  // Names and values in turns. A loop, because it runs for every request.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts.push(rawHeaders[index + 1]);
  }
  const [host] = hosts;
  if (hosts.length === 1 && host !== undefined && HOST.test(host)) return;
  if (hosts.length === 0 && httpVersion === "1.0") return;
  throw new OrbError({
    code: "bad_request",
    reason: hosts.length > 1 ? "The header Host is there twice." : "The header Host is missing or not valid.",
    remedy: "Send one header Host, with the name and the port of this server.",
  });
}

/**
 * Answers `OPTIONS` of an address that exists.
 *
 * @returns the refusal of any other request that no route takes: `not_found` or `method_not_allowed`; `null` if it is answered
 */
export function answerUnknown(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  methods: AllowedMethods,
): OrbError | null {
  const [path = ""] = url.split("?", 1);
  const allowed = methods.of(path);
  if (allowed.length === 0) return unknownAddress(path);
  reply.header("Allow", allowed.join(", "));
  if (method === "OPTIONS") {
    void reply.status(204).send();
    return null;
  }
  return new OrbError({
    code: "method_not_allowed",
    reason: `${shownKey(path)} does not have the method ${method}.`,
    remedy: `Use one of ${allowed.join(", ")}.`,
  });
}

/** @returns the refusal of an address that no route has */
export function unknownAddress(path: string): OrbError {
  return new OrbError({
    code: "not_found",
    reason: `${shownKey(path)} does not exist.`,
    remedy: "See GET /docs for the addresses of the API.",
  });
}

function stopping(): OrbError {
  return new OrbError({
    code: "stopping",
    reason: "This process of the bot is stopping.",
    remedy: "Try again after the time in Retry-After: another process answers.",
  });
}
