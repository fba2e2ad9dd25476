import { STATUS_CODES } from "node:http";
import { z } from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";
import type { ProblemKind, Problems } from "../problem.ts";

/** The codes that any route can answer with. */
const OF_EVERY_ROUTE = [
  "bad_request",
  "address_too_long",
  "unsupported_media_type",
  "internal",
  "mongodb_unavailable",
  "answer_timeout",
  "stopping",
];
const OF_CLOSED_ROUTES = ["unauthenticated", "forbidden", "csrf_refused"];
const OF_BODIES = ["too_large"];
/** What has no status of its own in an operation: it is about the connection, the address or the caller, and not about the route. */
const OTHERWISE = [
  "method_not_allowed",
  "request_timeout",
  "expectation_failed",
  "headers_too_large",
  "too_many_requests",
  "http_version_unsupported",
];

const PROBLEM_TYPE = "application/problem+json";

const problem = z
  .object({
    type: z.literal("about:blank"),
    title: z.string().meta({ description: "The code as words." }),
    status: z.int(),
    code: z.string().meta({ description: "Stable, for programs. docs/errors.md lists all of them." }),
    detail: z.string().meta({ description: "What happened, and why." }),
    remedy: z.string().meta({ description: "What to do about it." }),
    instance: z.string().meta({ description: "The request id, as in the header `X-Request-Id`." }),
  })
  .meta({
    id: "Problem",
    description: "Problem details, RFC 9457.",
    examples: [
      {
        type: "about:blank",
        title: "Not found",
        status: 404,
        code: "not_found",
        detail: 'No signal has mentioned a project "csv-2".',
        remedy: "GET /api/v1/projects lists the known projects.",
        instance: "6f1c2a34-1d2e-4f50-9a6b-7c8d9e0f1a2b",
      },
    ],
  });

const text = (description: string) => ({ description, schema: { type: "string" } }) as const;
/** The headers that answers refer to. */
export const HEADERS = {
  RequestId: text("Identifies the answer, also in the bot's log. A caller may give it with the request."),
  RetryAfter: { description: "Whole seconds, at least 1.", schema: { type: "integer", minimum: 1 } },
  Authenticate: text("How to authenticate."),
} as const;
export const REQUEST_ID = { "X-Request-Id": { $ref: "#/components/headers/RequestId" } };

type Answers = Record<string, ZodOpenApiResponseObject>;

/** The answers with problems in the API's description, each with the codes that it can have. */
export class ProblemAnswers {
  readonly #problems: Problems;
  /** By name: those that more than one operation refers to. */
  readonly shared: Answers = {};

  constructor(problems: Problems) {
    this.#problems = problems;
    for (const [status, codes] of this.#byStatus([...OF_EVERY_ROUTE, ...OF_CLOSED_ROUTES, ...OF_BODIES]))
      this.shared[nameOf(status)] = this.#answer(codes);
    this.shared["Otherwise"] = this.#answer(OTHERWISE);
  }

  /**
   * @param own the codes of the operation itself
   * @param others its answers that are no problems, by status
   * @returns all of them
   * @throws Error if no subject has one of the codes
   */
  with(
    own: readonly string[],
    others: Answers,
    { isClosed, hasBody }: { isClosed: boolean; hasBody: boolean },
  ): Answers {
    const closed = isClosed ? OF_CLOSED_ROUTES : [];
    const codes = [...OF_EVERY_ROUTE, ...closed, ...(hasBody ? OF_BODIES : []), ...own];
    const answers = [...this.#byStatus([...new Set(codes)])].map(([status, each]) => {
      const other = others[status];
      const isShared = !other && !each.some((code) => own.includes(code));
      return [String(status), isShared ? refer(nameOf(status)) : joined(this.#answer(each), other)] as const;
    });
    return { ...others, ...Object.fromEntries(answers), default: refer("Otherwise") };
  }

  #kind(code: string): ProblemKind {
    const kind = this.#problems[code];
    if (!kind) throw new Error(`No subject has the problem ${code}, which a route names`);
    return kind;
  }

  #byStatus(codes: readonly string[]): Map<number, string[]> {
    return Map.groupBy(codes, (code) => this.#kind(code).status);
  }

  #answer(codes: readonly string[]): ZodOpenApiResponseObject {
    const kinds = codes.map((code) => this.#kind(code));
    return {
      description: codes.map((code, index) => `\`${code}\`: ${kinds[index]?.meaning}`).join("\n\n"),
      headers: {
        ...REQUEST_ID,
        ...(kinds.some(({ status }) => status === 401) && {
          "WWW-Authenticate": { $ref: "#/components/headers/Authenticate" },
        }),
        ...(kinds.some(({ retryAfter }) => retryAfter !== undefined) && {
          "Retry-After": { $ref: "#/components/headers/RetryAfter" },
        }),
      },
      content: { [PROBLEM_TYPE]: { schema: problem } },
      "x-problem-codes": codes,
    };
  }
}

/** A status that means a problem or something else, by the type of the body. */
function joined(problems: ZodOpenApiResponseObject, other: ZodOpenApiResponseObject | undefined) {
  if (!other) return problems;
  return {
    ...problems,
    description: `${other.description}\n\n${problems.description}`,
    content: { ...other.content, ...problems.content },
  };
}

/** Such as `NotFound`. */
function nameOf(status: number): string {
  return (STATUS_CODES[status] ?? `Status${status}`).replaceAll(/\W/g, "");
}

function refer(name: string): ZodOpenApiResponseObject {
  return { $ref: `#/components/responses/${name}` } as unknown as ZodOpenApiResponseObject;
}
