// Compares a payload with recordings and schemas of it, by names and types only.

import { gitHubDescription, type JsonSchema } from "../../openapi/description.ts";

type Json = Record<string, unknown>;

/** Fields of the REST description that the webhooks' schemas do not have yet. */
const REST_ONLY = /\/(client_id|user_view_type|has_discussions|notification_setting|organization_id|type)$/;
/** Here names and values are free. */
const FREE_FORM = /\/(permissions|custom_properties|config|changes)$/;
/** Recordings of 2019 and 2018 that differ from GitHub's current schema. */
const OUTDATED = /\/installation\/(created|updated)_at$/;

/**
 * The places where `mine` lacks a field of all `examples`, or has a type that no recording of the event has. A
 * `null` in `mine` is not compared.
 */
export function differences(mine: unknown, examples: unknown[], ofEvent: unknown[], path: string): string[] {
  if (FREE_FORM.test(path) || OUTDATED.test(path) || mine === null) return [];
  if (ofEvent.length > 0 && !ofEvent.some((each) => each === null || kind(each) === kind(mine))) {
    return [`${path} is ${kind(mine)}, recorded as ${kind(ofEvent[0])}`];
  }
  if (Array.isArray(mine)) {
    return mine
      .slice(0, 1)
      .flatMap((each) => differences(each, examples.flat(), ofEvent.flat(), `${path}/0`));
  }
  if (!isObject(mine)) return [];
  const recorded = examples.filter(isObject);
  const common = Object.keys(recorded[0] ?? {}).filter((key) => recorded.every((each) => key in each));
  const missing = common.filter((key) => !(key in mine)).map((key) => `${path}/${key} is missing`);
  const deeper = Object.entries(mine).flatMap(([key, value]) =>
    differences(value, valuesAt(recorded, key), valuesAt(ofEvent, key), `${path}/${key}`),
  );
  return [...missing, ...deeper];
}

/** The fields of `mine` that neither a schema nor an example has. */
export function unknownKeys(
  mine: unknown,
  schemas: JsonSchema[],
  examples: unknown[],
  path: string,
): string[] {
  if (FREE_FORM.test(path)) return [];
  const alternatives = schemas.flatMap(flatten);
  if (Array.isArray(mine)) {
    const items = alternatives.flatMap(({ items }) => (isObject(items) ? [items] : []));
    return mine.slice(0, 1).flatMap((each) => unknownKeys(each, items, examples.flat(), `${path}/0`));
  }
  if (!isObject(mine)) return [];
  const known = alternatives.flatMap(({ properties }) =>
    isObject(properties) ? [properties as Record<string, JsonSchema>] : [],
  );
  return Object.entries(mine).flatMap(([key, value]) => {
    const here = known.flatMap((properties) => properties[key] ?? []) as JsonSchema[];
    const there = valuesAt(examples, key);
    if (here.length === 0 && there.length === 0) {
      return REST_ONLY.test(`/${key}`) ? [] : [`${path}/${key}`];
    }
    return unknownKeys(value, here, there, `${path}/${key}`);
  });
}

/** A schema with everything that it refers to and all its alternatives. */
function flatten(schema: JsonSchema): JsonSchema[] {
  const reference = schema["$ref"];
  const referred =
    typeof reference === "string"
      ? gitHubDescription().components.schemas[reference.split("/").at(-1) ?? ""]
      : undefined;
  const parts = [schema["anyOf"], schema["allOf"]].flatMap((list) =>
    Array.isArray(list) ? (list as JsonSchema[]) : [],
  );
  return [schema, ...[...parts, ...(referred ? [referred] : [])].flatMap(flatten)];
}

function valuesAt(objects: unknown[], key: string): unknown[] {
  return objects.filter(isObject).flatMap((each) => (key in each ? [each[key]] : []));
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kind(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
