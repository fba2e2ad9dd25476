import type { z } from "zod";
import { shownKey } from "./shown.ts";

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  date: "a time",
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: "must be a time with its zone, such as 2026-12-24T18:00:00Z",
};

/**
 * zod's issues in our words, for `schema.safeParse(value, { error: issueWords })`: each follows the name of its field. A
 * message that a schema gives itself comes first. No message repeats the value.
 */
export function issueWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "too_small":
      return limitWords(issue, `at least ${issue.minimum}`);
    case "too_big":
      return limitWords(issue, `at most ${issue.maximum}`);
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => shownKey(String(value))).join(", ")}`;
    case "unrecognized_keys":
      return `has ${issue.keys.length === 1 ? "the unknown key" : "unknown keys, such as"} ${shownKey(issue.keys[0] ?? "")}`;
    case "invalid_format":
      return FORMATS[issue.format] ?? "has the wrong form";
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_key":
      return "has a key that is not allowed";
    case "invalid_element":
    case "invalid_union":
    case "custom":
    case undefined:
      return "is not valid";
    default:
      return issue satisfies never;
  }
}

function limitWords({ origin }: { origin: string }, amount: string): string {
  if (origin === "string") return `must have ${amount} characters`;
  if (origin === "array" || origin === "set" || origin === "map") return `must have ${amount} items`;
  return `must be ${amount}`;
}
