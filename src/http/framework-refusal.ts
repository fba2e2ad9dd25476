import type { FastifyError, FastifyRequest } from "fastify";
import { OrbError, type Refusal } from "../errors.ts";
import { JSON_TYPES } from "./json-body.ts";

/**
 * Converts the refusals of Fastify to our own words; its messages are for programmers. Any other error stays as it is.
 */
export function fromFastify(error: unknown, request: FastifyRequest): unknown {
  if (error instanceof OrbError) return error;
  const { code, statusCode = 500 } = error as Partial<FastifyError>;
  const refusal = refusalFor(code ?? "", statusCode, request);
  return refusal === null ? error : new OrbError(refusal, { cause: error });
}

function refusalFor(code: string, status: number, { routeOptions, headers }: FastifyRequest): Refusal | null {
  const { bodyLimit, config } = routeOptions;
  switch (code) {
    case "FST_ERR_BAD_URL":
      return {
        code: "bad_request",
        reason: "The address has a % that does not begin the code of a character in UTF-8.",
        remedy: "Write each special character in its percent-encoded form, such as %25 for %.",
      };
    case "FST_ERR_MAX_PARAM_LENGTH":
      return {
        code: "address_too_long",
        reason: "A part of the path is longer than any id.",
        remedy: "Use an id from a list of the API.",
      };
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return {
        code: "too_large",
        reason: `The body is larger than ${bodyLimit} bytes, the limit of this route.`,
        remedy: "Send less at once.",
      };
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return {
        code: "unsupported_media_type",
        reason:
          headers["content-type"] === undefined
            ? "The body has no Content-Type."
            : "The Content-Type of the body is not one that this route takes.",
        remedy: `Send the body as ${(config.accepts ?? JSON_TYPES).join(", ")}.`,
      };
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return {
        code: "bad_request",
        reason: "The body has another length than its Content-Length says.",
        remedy: "Send the number of bytes of the body, or no Content-Length at all.",
      };
    default:
      if (status < 400 || status >= 500) return null;
      return {
        code: "bad_request",
        reason: "The request broke off, or its headers contradict each other.",
        remedy: "Send it again. If that does not help, compare its headers with its body.",
      };
  }
}
