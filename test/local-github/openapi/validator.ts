// Checks requests and answers against GitHub's own OpenAPI description, so that the local GitHub can neither
// accept what GitHub refuses nor give an answer that GitHub never gives.

import { type ErrorObject, Ajv2019, type ValidateFunction } from "ajv/dist/2019.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import { gitHubDescription, type JsonSchema, type Operation } from "./description.ts";
import { OperationTable } from "./operation-table.ts";

export interface ApiRequest {
  readonly method: string;
  /** The URL's path, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parsed JSON; `undefined` if there is no body. */
  readonly body: unknown;
}

export interface RequestVerdict {
  readonly operationId: string | null;
  /** The path template, e.g. `/repos/{owner}/{repo}/pulls`. */
  readonly route: string | null;
  /** Empty: GitHub would accept the request unchanged. */
  readonly problems: string[];
}

/** Every operation may answer with these, whether or not they are described. */
const GENERAL_STATUSES = new Set([301, 304, 307, 400, 401, 403, 404, 422, 429, 500, 502, 503]);
const PROBLEMS_PER_SCHEMA_MAX = 8;
const DOCUMENT_KEY = "github";
/**
 * `repo.nwo` (owner/name) is GitHub's own format and means only "string" here. An e-mail is whatever git was
 * given; GitHub's own `1+app[bot]@users.noreply.github.com` is strictly not a valid one.
 */
const FORMATS = { ...fullFormats, "repo.nwo": true as const, email: true as const };

/** Checks method, path, path and query parameters and JSON body; a property or parameter unknown to GitHub is a problem. */
export function validateRequest(request: ApiRequest): RequestVerdict {
  operationTable ??= new OperationTable(gitHubDescription());
  const match = operationTable.match(request.method, request.path);
  if (!match) {
    return {
      operationId: null,
      route: null,
      problems: [`GitHub has no ${request.method} ${request.path}`],
    };
  }
  const { operationId, route } = match;
  const operation = gitHubDescription().operations[operationId];
  if (!operation) {
    const problem = `${operationId} is not in the cut: add it to openapi/operations.ts and run script/cut-openapi.ts`;
    return { operationId, route, problems: [problem] };
  }
  const problems = [
    ...problemsOfHeaders(request),
    ...problemsOf(parametersValidator(operationId, operation, "path"), { ...match.parameters }, "path"),
    ...problemsOf(
      parametersValidator(operationId, operation, "query"),
      Object.fromEntries(request.query),
      "query",
    ),
    ...problemsOfBody(operationId, operation, request.body),
  ];
  return { operationId, route, problems };
}

/**
 * Checks that the operation can answer with this status, and the body against its schema. A string body is text
 * of another media type (raw file, diff, HTML), which the description does not cover.
 */
export function validateResponse({
  operationId,
  status,
  body,
}: {
  operationId: string;
  status: number;
  body: unknown;
}): string[] {
  const operation = gitHubDescription().operations[operationId];
  if (!operation) return [`${operationId} is not in the cut of GitHub's description`];
  const schema = operation.responses[String(status)];
  if (schema === undefined && !GENERAL_STATUSES.has(status)) {
    return [`${operationId} never answers ${status}`];
  }
  if (typeof body === "string") return [];
  if (schema) {
    const pointer = `operations/${escapePointer(operationId)}/responses/${status}`;
    return problemsOf(schemaValidator(pointer), body, `${status} body`);
  }
  if (status >= 400) return problemsOf(generalErrorValidator(), body, `${status} body`);
  const isEmpty = body === undefined || body === null;
  return isEmpty || status === 301 || status === 307 ? [] : [`${operationId} ${status} has no body`];
}

/** Checks a webhook's payload against GitHub's schema of that event and action. */
export function validateWebhook({ event, payload }: { event: string; payload: object }): string[] {
  const action = "action" in payload ? `.${String(payload.action)}` : "";
  const key = `${event}${action}`;
  if (!gitHubDescription().webhooks[key]) return [`GitHub sends no ${key}`];
  return problemsOf(schemaValidator(`webhooks/${escapePointer(key)}`), payload, key);
}

function problemsOfHeaders({ headers }: ApiRequest): string[] {
  return headers["user-agent"] ? [] : ["header user-agent is missing: GitHub answers 403"];
}

function problemsOfBody(operationId: string, { requestBody }: Operation, body: unknown): string[] {
  if (body === undefined) return requestBody?.required === true ? ["body is missing"] : [];
  if (!requestBody) {
    return isEmptyObject(body) ? [] : [`${operationId} takes no body`];
  }
  const pointer = `operations/${escapePointer(operationId)}/requestBody/schema`;
  return problemsOf(schemaValidator(pointer), body, "body");
}

let operationTable: OperationTable | undefined;
let documentAjv: Ajv2019 | undefined;
let errorValidator: ValidateFunction | undefined;
const parameterAjv = new Ajv2019({ strict: false, allErrors: true, coerceTypes: true, formats: FORMATS });
const parameterValidators = new Map<string, ValidateFunction>();

function schemaValidator(pointer: string): ValidateFunction {
  documentAjv ??= new Ajv2019({
    strict: false,
    allErrors: true,
    validateSchema: false,
    // Most schemas are used only a few times: compiling fast matters more than running fast.
    code: { optimize: false },
    formats: FORMATS,
  }).addSchema(gitHubDescription(), DOCUMENT_KEY);
  const validator = documentAjv.getSchema(`${DOCUMENT_KEY}#/${pointer}`);
  if (!validator) throw new Error(`github.json has no schema at ${pointer}`);
  return validator;
}

/** Parameters arrive as text and are converted, as on GitHub. */
function parametersValidator(
  operationId: string,
  { parameters }: Operation,
  place: "path" | "query",
): ValidateFunction {
  const key = `${operationId} ${place}`;
  const known = parameterValidators.get(key);
  if (known) return known;
  const here = parameters.filter((parameter) => parameter.in === place);
  const schema: JsonSchema = {
    type: "object",
    properties: Object.fromEntries(here.map((parameter) => [parameter.name, parameter.schema])),
    required: here.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
  const validator = parameterAjv.compile(schema);
  parameterValidators.set(key, validator);
  return validator;
}

function generalErrorValidator(): ValidateFunction {
  errorValidator ??= parameterAjv.compile({
    type: "object",
    properties: { message: { type: "string" }, documentation_url: { type: "string" } },
    required: ["message"],
  });
  return errorValidator;
}

function problemsOf(validator: ValidateFunction, value: unknown, place: string): string[] {
  if (validator(value)) return [];
  const problems = new Set((validator.errors ?? []).map((error) => describe(error, place)));
  return [...problems].slice(0, PROBLEMS_PER_SCHEMA_MAX);
}

function describe({ instancePath, message, params }: ErrorObject, place: string): string {
  const { additionalProperty, unevaluatedProperty, allowedValues } = params as Record<string, unknown>;
  const detail = additionalProperty ?? unevaluatedProperty ?? allowedValues;
  return `${place}${instancePath} ${message}${detail === undefined ? "" : ` (${JSON.stringify(detail)})`}`;
}

/** A pointer in a URI fragment: escaped twice, first for JSON Pointer, then for the URI. */
function escapePointer(segment: string): string {
  return encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
