// Cuts the operations and webhooks that we use, and every schema that they reference, out of GitHub's OpenAPI
// document.

import { closeObjects, isSchema, mapValues, toJsonSchema } from "./json-schema.ts";
import type { GitHubDescription, JsonSchema, Operation, Parameter } from "./description.ts";

const METHODS = ["get", "put", "post", "delete", "patch"] as const;

interface OpenApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly JsonSchema[];
  readonly requestBody?: { required?: boolean; content: Content };
  readonly responses: Readonly<Record<string, JsonSchema>>;
  readonly "x-github": { subcategory: string };
}

type Content = Readonly<Record<string, { schema?: JsonSchema }>>;

export interface OpenApiDocument {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly "x-webhooks": Readonly<Record<string, { post: OpenApiOperation }>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
}

export interface Selection {
  readonly operationIds: readonly string[];
  readonly webhookEvents: readonly string[];
}

/** Throws if the document lacks a requested operation: GitHub renamed or removed it. */
export function cutDescription(
  document: OpenApiDocument,
  { operationIds, webhookEvents }: Selection,
): Omit<GitHubDescription, "source"> {
  const operations: Record<string, Operation> = {};
  const otherOperations: Record<string, string> = {};
  for (const [route, methods] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = methods[method];
      if (operation === undefined) continue;
      const { operationId } = operation;
      if (operationIds.includes(operationId)) {
        operations[operationId] = cutOperation(document, method.toUpperCase(), route, operation);
      } else {
        otherOperations[`${method.toUpperCase()} ${route}`] = operationId;
      }
    }
  }
  const webhooks = cutWebhooks(document, webhookEvents);
  assertNothingMissing(operationIds, Object.keys(operations));
  assertNothingMissing(
    webhookEvents,
    Object.keys(webhooks).map((key) => key.split(".")[0] ?? key),
  );
  const schemas = reachableSchemas(document, { operations, webhooks });
  return { operations, webhooks, otherOperations, components: { schemas } };
}

function cutOperation(
  document: OpenApiDocument,
  method: string,
  route: string,
  { parameters = [], requestBody, responses }: OpenApiOperation,
): Operation {
  const bodySchema = requestBody && schemaOf(requestBody.content);
  return {
    method,
    route,
    parameters: parameters.map((each) => cutParameter(resolve(document, each))),
    requestBody: bodySchema
      ? {
          required: requestBody.required === true,
          schema: closeObjects(toJsonSchema(inline(document, bodySchema))),
        }
      : null,
    responses: mapValues(responses, (response) => {
      const schema = schemaOf((resolve(document, response)["content"] ?? {}) as Content);
      return schema ? toJsonSchema(schema) : null;
    }),
  };
}

function cutParameter(parameter: JsonSchema): Parameter {
  return {
    name: parameter["name"] as string,
    in: parameter["in"] as Parameter["in"],
    required: parameter["required"] === true,
    multiSegment: parameter["x-multi-segment"] === true,
    schema: toJsonSchema(parameter["schema"] as JsonSchema),
  };
}

/** All JSON media types of an answer are alternatives: the Accept header decides which one is sent. */
function schemaOf(content: Content): JsonSchema | undefined {
  const schemas = Object.entries(content)
    .filter(([mediaType]) => mediaType.includes("json") || mediaType.endsWith(".object"))
    .map(([, { schema }]) => schema)
    .filter((schema) => schema !== undefined);
  return schemas.length > 1 ? { anyOf: schemas } : schemas[0];
}

function cutWebhooks(document: OpenApiDocument, events: readonly string[]): Record<string, JsonSchema> {
  const webhooks: Record<string, JsonSchema> = {};
  for (const { post } of Object.values(document["x-webhooks"])) {
    const event = post["x-github"].subcategory;
    const schema = post.requestBody && schemaOf(post.requestBody.content);
    if (!events.includes(event) || !schema) continue;
    const action = post.operationId.split("/")[1];
    webhooks[action ? `${event}.${action.replaceAll("-", "_")}` : event] = toJsonSchema(schema);
  }
  return webhooks;
}

function reachableSchemas(document: OpenApiDocument, roots: unknown): Record<string, JsonSchema> {
  const schemas = new Map<string, JsonSchema>();
  const waiting = referencesIn(roots);
  for (let reference = waiting.pop(); reference !== undefined; reference = waiting.pop()) {
    const name = reference.slice("#/components/schemas/".length);
    if (schemas.has(name)) continue;
    const schema = toJsonSchema(resolve(document, { $ref: reference }));
    schemas.set(name, schema);
    waiting.push(...referencesIn(schema));
  }
  return Object.fromEntries([...schemas].sort(([a], [b]) => a.localeCompare(b, "en")));
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isSchema(value)) return [];
  const own = typeof value["$ref"] === "string" ? [value["$ref"]] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

function inline(document: OpenApiDocument, value: JsonSchema): JsonSchema {
  const inlineAny = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(inlineAny);
    return isSchema(each) ? inline(document, each) : each;
  };
  return mapValues(resolve(document, value), inlineAny);
}

function resolve(document: OpenApiDocument, value: JsonSchema): JsonSchema {
  const reference = value["$ref"];
  if (typeof reference !== "string") return value;
  const [, , kind = "", name = ""] = reference.split("/");
  const target = document.components[kind]?.[name];
  if (!target) throw new Error(`GitHub's document refers to ${reference}, which it does not contain.`);
  return target;
}

function assertNothingMissing(asked: readonly string[], found: readonly string[]): void {
  const missing = asked.filter((name) => !found.includes(name));
  if (missing.length === 0) return;
  throw new Error(
    `GitHub's document lacks ${missing.join(", ")}: renamed or removed. Correct operations.ts and run again.`,
  );
}
