import type { z } from "zod";
import { nearest } from "../../input/rules/nearest.ts";
import type { Path } from "../../input/rules/path-text.ts";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The keys that a schema of an object names, each with its own schema. */
export function keysOf({ properties = {} }: JsonSchema): [string, JsonSchema][] {
  return Object.entries(properties).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1]));
}

/** Every path of keys below a schema, dotted, a parent before its children: `labels`, `labels.type`. */
export function pathsBelow(schema: JsonSchema, parent = ""): string[] {
  return keysOf(schema).flatMap(([key, child]) => {
    const path = parent === "" ? key : `${parent}.${key}`;
    return [path].concat(pathsBelow(child, path));
  });
}

/** The schema of the value at a path; `null` if no value is allowed there. */
export function schemaAt(schema: JsonSchema, path: Path): JsonSchema | null {
  let at = schema;
  for (const step of path) {
    const next =
      typeof step === "number" ? at.items : (at.properties?.[String(step)] ?? at.additionalProperties);
    if (!isSchema(next)) return null;
    at = next;
  }
  return at;
}

/** The key, or dotted path from the root, that the author of an unknown key probably meant. */
export function suggestKey(root: JsonSchema, { parent, key }: { parent: Path; key: string }): string | null {
  const here = schemaAt(root, parent);
  const near =
    here &&
    nearest(
      key,
      keysOf(here).map(([name]) => name),
    );
  if (near) return near;
  return pathsBelow(root).find((path) => path.split(".").at(-1) === key) ?? null;
}

/** What a schema allows, in words that follow “must be”. */
export function wordsFor(schema: JsonSchema): string {
  const { title, enum: choices, anyOf, type, minimum, maximum, minLength = 0, maxLength } = schema;
  if (title) return title;
  if (choices) return `one of ${choices.map((choice) => `\`${String(choice)}\``).join(", ")}`;
  if (anyOf) return anyOf.map((each) => wordsFor(each)).join(" or ");
  if (type === "boolean") return "true or false";
  if (type === "integer") return `a whole number from ${minimum} to ${maximum}`;
  if (type === "string") return `a text of ${minLength} to ${maxLength} characters`;
  if (type === "array") return `a list of at most ${schema.maxItems} items, each ${itemWords(schema.items)}`;
  if (type !== "object") return String(type);
  const { propertyNames, additionalProperties } = schema;
  if (!isSchema(additionalProperties) || !isSchema(propertyNames)) {
    return `a map with any of the keys ${keysOf(schema)
      .map(([key]) => `\`${key}\``)
      .join(", ")}`;
  }
  return `a map of at most ${schema.maxProperties} entries, from ${wordsFor(propertyNames)} to ${wordsFor(additionalProperties)}`;
}

function itemWords(items: JsonSchema["items"]): string {
  return isSchema(items) ? wordsFor(items) : "anything";
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
