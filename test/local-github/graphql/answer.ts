// From a request's body to GitHub's answer.

import type { ExecutionResult, GraphQLError } from "graphql";
import { z } from "zod";
import { GitHubError } from "../github-error.ts";
import { type Context, type Fields, refusalOfSight } from "./context.ts";
import { executeDocument, readDocument, type Execution } from "./engine.ts";
import { causeOf, errorEntry, GraphQLRefusal } from "./graphql-refusal.ts";
import { mutationFields } from "./mutations/root.ts";
import { queryFields } from "./query.ts";

const GraphQLRequest = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export interface GraphQLAnswer {
  /** Sent with status 200, even with errors. */
  readonly json: Record<string, unknown>;
  /** What GitHub would not accept, and bugs: a test must learn of both. Simulated refusals are neither. */
  readonly violations: readonly string[];
}

/** Executes one document for a caller. */
export async function answerGraphQL(context: Context, body: unknown): Promise<GraphQLAnswer> {
  const request = GraphQLRequest.safeParse(body);
  if (!request.success) {
    const message = "A query attribute must be specified and must be a string.";
    return { json: { errors: [{ message }] }, violations: [message] };
  }
  const { query, variables } = request.data;
  const operationName = request.data.operationName ?? null;
  const read = await readDocument(query, operationName);
  if ("errors" in read) return invalid(read.errors);
  const { document, isMutation } = read;
  const rootValue = isMutation ? mutationFields(context) : queryFields(context);
  const execution = { document, rootValue, variables: variables ?? {}, operationName };
  const refusal = (value: unknown) => refusalOfSight(context, value);
  return executed(await executeDocument({ ...execution, resolve: resolveField, refusal }));
}

const resolveField: Execution["resolve"] = (source, args, { type, name }) => {
  const fields = source as Fields;
  if (!(name in fields)) throw new Error(`The local GitHub does not support ${type}.${name}.`);
  const value = fields[name];
  return typeof value === "function" ? (value as (args: unknown) => unknown)(withoutNulls(args)) : value;
};

/** For every supported field, an argument of `null` means the same as a missing one. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(present.map(([name, inner]) => [name, withoutNulls(inner)]));
}

function executed({ data, errors = [] }: ExecutionResult): GraphQLAnswer {
  const bugs = errors.filter((error) => {
    const cause = causeOf(error);
    return !(cause instanceof GitHubError || cause instanceof GraphQLRefusal);
  });
  return {
    // Without data nothing was executed: the variables did not match.
    json: {
      ...(data === undefined ? {} : { data }),
      ...(errors.length > 0 ? { errors: errors.map(errorEntry) } : {}),
    },
    violations: bugs.map((error) => causeOf(error)?.stack ?? error.message),
  };
}

function invalid(errors: readonly GraphQLError[]): GraphQLAnswer {
  return { json: { errors: errors.map(errorEntry) }, violations: errors.map(String) };
}
