import { distance } from "fastest-levenshtein";
import type { z } from "zod";

export type JsonSchema = z.core.JSONSchema.BaseSchema;
export type Path = readonly PropertyKey[];

/** Longer words are not compared, because no key is that long. */
const COMPARED_CHARACTERS_MAX = 40;

/** A path in words: `areas.api[2]` is the third item of that list. */
export function pathText(path: Path): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return steps.join("").replace(/^\./, "");
}

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

/** The known word that is most similar to a word; `null` if none is similar enough. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > COMPARED_CHARACTERS_MAX) return null;
  const far = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((name) => ({ name, steps: distance(name.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  return best && best.steps <= far ? best.name : null;
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
