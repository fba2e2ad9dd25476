// From a request's body to GitHub's answer: parse, validate against the real schema, execute.

import {
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
} from "graphql";
import { z } from "zod";
import { GitHubError } from "../github-error.ts";
import type { Context, Fields } from "./context.ts";
import { errorEntry, GraphQLRefusal } from "./graphql-refusal.ts";
import { mutationFields } from "./mutations/root.ts";
import { queryFields } from "./query.ts";
import { gitHubSchema } from "./schema.ts";

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
  const { query, variables, operationName } = request.data;
  const document = parsed(query);
  if (document instanceof GraphQLError) return invalid([document]);
  const schema = await gitHubSchema();
  const errors = validate(schema, document);
  if (errors.length > 0) return invalid(errors);
  const isMutation = getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
  const result = await execute({
    schema,
    document,
    rootValue: isMutation ? mutationFields(context) : queryFields(context),
    contextValue: context,
    variableValues: variables ?? {},
    operationName: operationName ?? null,
    fieldResolver: resolveField,
  });
  return executed(result);
}

const resolveField: GraphQLFieldResolver<Fields, Context, unknown> = (source, args, _context, info) => {
  if (!(info.fieldName in source)) {
    throw new Error(`The local GitHub does not support ${info.parentType.name}.${info.fieldName}.`);
  }
  const value = source[info.fieldName];
  return typeof value === "function" ? (value as (args: unknown) => unknown)(withoutNulls(args)) : value;
};

/** For every supported field, an argument of `null` means the same as a missing one. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(present.map(([name, inner]) => [name, withoutNulls(inner)]));
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function executed({ data, errors = [] }: ExecutionResult): GraphQLAnswer {
  const bugs = errors.filter(
    ({ originalError }) => !(originalError instanceof GitHubError || originalError instanceof GraphQLRefusal),
  );
  return {
    // Without data nothing was executed: the variables did not match.
    json: {
      ...(data === undefined ? {} : { data }),
      ...(errors.length > 0 ? { errors: errors.map(errorEntry) } : {}),
    },
    violations: bugs.map((error) => error.originalError?.stack ?? error.message),
  };
}

function invalid(errors: readonly GraphQLError[]): GraphQLAnswer {
  return { json: { errors: errors.map(errorEntry) }, violations: errors.map(String) };
}
