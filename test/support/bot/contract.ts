import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { ROOT } from "../repository-files.ts";

interface DescribedAnswer {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly "x-problem-codes"?: readonly string[];
}

interface DescribedSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oneOf?: readonly DescribedSchema[];
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, DescribedAnswer>>;
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, unknown>> };
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, DescribedAnswer>>;
    readonly schemas: Readonly<Record<string, DescribedSchema>>;
  };
}

/** Answers that went to nobody but a browser, or never end. */
const UNCHECKED = /^text\//;

/** The committed description of the API. */
export const DESCRIPTION = JSON.parse(readFileSync(`${ROOT}docs/openapi.json`, "utf8")) as Description;

const templates = Object.keys(DESCRIPTION.paths)
  // Literal parts win over parameters.
  .toSorted((a, b) => (a.replaceAll("{", "~") < b.replaceAll("{", "~") ? -1 : 1))
  .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`) }));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(closed(DESCRIPTION) as object, "api");
const validators = new Map<string, ValidateFunction>();
const seen = new Set<string>();

/** The operations, with their success status, that answers in this process were checked for: `listProjects 200`. */
export function checkedAnswers(): ReadonlySet<string> {
  return seen;
}

/**
 * Checks an answer of a bot with the API's description: its status, its type, its problem code, its headers and its body, which
 * may have no field that is not described.
 *
 * @param path with or without a query
 * @throws Error if it differs
 */
export async function checkAnswer(method: string, path: string, response: Response): Promise<void> {
  const [address = ""] = path.split("?", 1);
  const template = templates.find(({ pattern }) => pattern.test(address))?.path;
  const operation = template && DESCRIPTION.paths[template]?.[method.toLowerCase()];
  if (!template || !operation) return;
  const { status, headers } = response;
  const what = `${method} ${path}: the answer ${status}`;
  const key = operation.responses[status] ? String(status) : "default";
  const answer = resolved(operation.responses[key]);
  if (!answer) throw new Error(`${what} is not described`);
  for (const name of Object.keys(answer.headers ?? {}))
    if (!headers.has(name) && !isOptional(name, status)) throw new Error(`${what} lacks the header ${name}`);
  const [type = ""] = (headers.get("content-type") ?? "").split(";", 1);
  if (!answer.content?.[type]) throw new Error(`${what} has the type ${type}, which is not described`);
  seen.add(`${operation.operationId} ${status}`);
  if (UNCHECKED.test(type)) return;
  const body: unknown = JSON.parse(await response.clone().text());
  const pointer =
    operation.responses[key]?.$ref ?? pointerTo("paths", template, method.toLowerCase(), "responses", key);
  const validate = validatorOf(`${pointer}/content/${escaped(type)}/schema`);
  if (!validate(body))
    throw new Error(`${what} differs: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`);
  const code = (body as { code?: unknown }).code;
  const codes = answer["x-problem-codes"];
  if (type === "application/problem+json" && status !== 500 && !codes?.includes(String(code)))
    throw new Error(`${what} has the code ${String(code)}, which is not described`);
}

/** One code of a status may have it and another not. */
function isOptional(name: string, status: number): boolean {
  return name === "Retry-After" && status !== 503;
}

function resolved(answer: DescribedAnswer | undefined): DescribedAnswer | undefined {
  return answer?.$ref ? DESCRIPTION.components.responses[answer.$ref.split("/").at(-1) ?? ""] : answer;
}

function validatorOf(pointer: string): ValidateFunction {
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `api${pointer}` });
  validators.set(pointer, known);
  return known;
}

function pointerTo(...steps: readonly string[]): string {
  return `#/${steps.map(escaped).join("/")}`;
}

function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"));
}

/** The same with objects that may have no other fields: the description allows what a later version adds, and tests do not. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const inside = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, closed(each)]));
  const isObject = inside["type"] === "object" && inside["properties"] !== undefined;
  return isObject && inside["additionalProperties"] === undefined
    ? { ...inside, additionalProperties: false }
    : inside;
}
