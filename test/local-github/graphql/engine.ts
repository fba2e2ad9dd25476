// GraphQL itself, with GitHub's real schema: reads a document and executes it. It knows nothing of any world, so that one
// engine can serve all local GitHubs of a process, whatever loaded them.

import {
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
} from "graphql";
import { gitHubSchema } from "./schema.ts";

export type Document =
  | { readonly document: DocumentNode; readonly isMutation: boolean }
  | { readonly errors: readonly GraphQLError[] };

/** Parses a document and holds it against the schema. `operationName` chooses one of several operations. */
export async function readDocument(query: string, operationName: string | null): Promise<Document> {
  const document = parsed(query);
  if (document instanceof GraphQLError) return { errors: [document] };
  const errors = validate(await gitHubSchema(), document);
  if (errors.length > 0) return { errors };
  const isMutation = getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
  return { document, isMutation };
}

export interface Execution {
  readonly document: DocumentNode;
  readonly rootValue: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
  /** The value of a field of an object, or a promise of it. */
  readonly resolve: (
    source: unknown,
    args: unknown,
    field: { readonly type: string; readonly name: string },
  ) => unknown;
  /** Why a value, or an entry of a list, is refused on its own; `null` if it is not. */
  readonly refusal: (value: unknown) => Error | null;
}

/** Executes a document that was read. What `resolve` threw is the `cause` of each error's `originalError`. */
export async function executeDocument(execution: Execution): Promise<ExecutionResult> {
  const { document, rootValue, variables, operationName, resolve, refusal } = execution;
  return execute({
    schema: await gitHubSchema(),
    document,
    rootValue,
    variableValues: { ...variables },
    operationName,
    fieldResolver: (source, args, _context, info) =>
      carried(() => resolve(source, args, { type: info.parentType.name, name: info.fieldName }), refusal),
  });
}

/**
 * GraphQL takes an error for one only if it is made of the same `Error` as itself, which a test's is not. An error in the
 * place of a value makes that value `null`, with the whole path to it.
 */
function carried(resolve: () => unknown, refusal: Execution["refusal"]): unknown {
  const carry = (cause: unknown): Error =>
    new Error((cause as Partial<Error>).message ?? String(cause), { cause });
  const shown = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shown);
    const cause = refusal(value);
    return cause ? carry(cause) : value;
  };
  try {
    const value = resolve();
    return isPromise(value) ? value.then(shown, carry) : shown(value);
  } catch (cause) {
    return carry(cause);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null)?.then === "function";
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}
