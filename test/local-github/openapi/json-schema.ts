// Converts OpenAPI 3.0's dialect of schemas to JSON Schema 2019-09, which validators understand.

import type { JsonSchema } from "./description.ts";

/** Keywords for people or code generators, without a meaning for a validator. */
const PROSE = new Set([
  "title",
  "description",
  "default",
  "example",
  "examples",
  "externalDocs",
  "deprecated",
  "readOnly",
  "discriminator",
]);

/**
 * Rewrites `nullable` and drops prose. `oneOf` becomes `anyOf`: GitHub writes `oneOf` even if its alternatives
 * overlap (an empty array matches any list), and a real payload must not fail because of that.
 */
export function toJsonSchema(schema: JsonSchema): JsonSchema {
  const { nullable, ...rest } = schema;
  const converted: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(rest)) {
    if (PROSE.has(keyword) || keyword.startsWith("x-")) continue;
    converted[keyword === "oneOf" ? "anyOf" : keyword] = convertKeyword(keyword, value);
  }
  return nullable === true ? withNull(converted) : converted;
}

function convertKeyword(keyword: string, value: unknown): unknown {
  if (keyword === "properties" || keyword === "patternProperties") {
    return mapValues(value as Record<string, JsonSchema>, toJsonSchema);
  }
  if (Array.isArray(value) && ["allOf", "anyOf", "oneOf"].includes(keyword)) {
    return value.map((each: JsonSchema) => toJsonSchema(each));
  }
  if (["items", "not", "additionalProperties"].includes(keyword) && isSchema(value))
    return toJsonSchema(value);
  return value;
}

function withNull(schema: JsonSchema): JsonSchema {
  if (typeof schema["type"] === "string") {
    const values = schema["enum"];
    return {
      ...schema,
      type: [schema["type"], "null"],
      ...(Array.isArray(values) && !values.includes(null) ? { enum: [...(values as unknown[]), null] } : {}),
    };
  }
  return Object.keys(schema).length === 0 ? schema : { anyOf: [{ type: "null" }, schema] };
}

/**
 * Forbids properties that the schema does not name, at every depth: for request bodies, because GitHub silently
 * ignores an unknown property, and a typo would go unnoticed. The schema must have no references.
 */
export function closeObjects(schema: JsonSchema): JsonSchema {
  return close(schema, true);
}

function close(schema: JsonSchema, closesItself: boolean): JsonSchema {
  const isObject = schema["properties"] !== undefined || schema["allOf"] !== undefined;
  const closed: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "properties") {
      closed[keyword] = mapValues(value as Record<string, JsonSchema>, closeObjects);
    } else if (["allOf", "anyOf"].includes(keyword)) {
      // Alternatives of one object see each other's properties: only the whole schema can know which are
      // unknown.
      closed[keyword] = (value as JsonSchema[]).map((each) => close(each, closesItself && !isObject));
    } else if (keyword === "items" && isSchema(value)) {
      closed[keyword] = closeObjects(value);
    } else if (keyword !== "additionalProperties" || value !== true || closesItself) {
      closed[keyword] = value;
    }
  }
  if (closesItself && isObject && schema["additionalProperties"] === undefined) {
    closed["unevaluatedProperties"] = false;
  }
  return closed;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  map: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
