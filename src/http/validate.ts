import type { FastifySchemaCompiler } from "fastify";
import { z } from "zod";
import { OrbError } from "../errors.ts";
import { nearest } from "../input/rules/nearest.ts";
import { pathText } from "../input/rules/path-text.ts";
import { issueWords } from "../input/rules/issue-words.ts";
import { shown, shownKey, valueAt } from "../input/rules/shown.ts";
import { capitalised } from "../text/capitalised.ts";
import type { HttpServer } from "./http-server.ts";

const API_PATH = "/api/v1/";
const NO_QUERY = z.strictObject({});
const PROBLEMS_MAX = 10;
const PARTS: Readonly<Record<string, string>> = {
  querystring: "the query",
  params: "the path",
  headers: "the headers",
  body: "the body",
};

/**
 * Checks a part of a request with the zod schema of its route. If the schema has an example (`.meta({ examples })`), it is part of the
 * remedy: a text as it is, anything else as JSON.
 *
 * @returns a check that gives the read value, or an `OrbError` `bad_request` that names the first ten mistakes: where, what,
 * and what is allowed
 */
export const validateWithZod: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart = "body" }) => {
  const keys = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const [example] = (z.globalRegistry.get(schema)?.examples as unknown[]) ?? [];
  return (value: unknown) => {
    const read = schema.safeParse(value, { error: issueWords });
    if (read.success) return { value: read.data };
    const where = PARTS[httpPart] ?? httpPart;
    const problems = read.error.issues
      .slice(0, PROBLEMS_MAX)
      .map((issue) => wordsOf(issue, { value, where, keys }));
    const more = read.error.issues.length - problems.length;
    const reason = `${problems.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`;
    return {
      error: new OrbError({
        code: "bad_request",
        reason: capitalised(reason),
        remedy: [remedyFor(where, keys), ...exampleWords(example)].join(" "),
      }),
    };
  };
};

function wordsOf(
  issue: z.core.$ZodIssue,
  { value, where, keys }: { value: unknown; where: string; keys: readonly string[] },
): string {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const near = path.length === 0 ? nearest(key, keys) : null;
    const at = path.length === 0 ? where : `${shownKey(pathText(path))} in ${where}`;
    return `${at} has the unknown key ${shownKey(key)}${near === null ? "" : ` (did you mean ${shownKey(near)}?)`}`;
  }
  const name = path.length === 0 ? where : `${shownKey(pathText(path))} in ${where}`;
  const given = valueAt(value, path);
  if (given === undefined) return `${name} is missing`;
  if (where === PARTS["querystring"] && Array.isArray(given)) return `${name} is given ${given.length} times`;
  return `${name} ${issue.message}${issue.message.startsWith("must ") ? `, but it is ${shown(given)}` : ""}`;
}

function remedyFor(where: string, keys: readonly string[]): string {
  if (keys.length === 0) return `Correct ${where}, and send the request again.`;
  return `Correct ${where}. It may have: ${keys.map((key) => shownKey(key)).join(", ")}. Give each of them once.`;
}

function exampleWords(example: unknown): readonly string[] {
  if (example === undefined) return [];
  return [`For example: ${typeof example === "string" ? example : JSON.stringify(example)}`];
}

/** Routes of the API that name no query take none: a parameter that nobody reads is a mistake of its sender. */
export function strictQueries(server: HttpServer): void {
  server.addHook("onRoute", (route) => {
    if (!route.url.startsWith(API_PATH)) return;
    route.schema = { querystring: NO_QUERY, ...route.schema };
  });
}
