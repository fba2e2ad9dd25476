// Refusals that exist only in GraphQL, and the shape of GitHub's answer to any refusal there.

import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { GitHubError } from "../github-error.ts";

/** A refusal with GitHub's own `type`. */
export class GraphQLRefusal extends Error {
  override readonly name = "GraphQLRefusal";
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export function nodeNotFound(id: string): GraphQLRefusal {
  return new GraphQLRefusal("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}

const TYPES: Readonly<Record<number, string>> = {
  401: "FORBIDDEN",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "UNPROCESSABLE",
  409: "STALE_DATA",
  422: "UNPROCESSABLE",
};

/** What a resolver threw, if the error comes from one. */
export function causeOf({ originalError }: GraphQLError): Error | undefined {
  return originalError?.cause as Error | undefined;
}

/**
 * One entry of `errors`. An error that is neither kind of refusal is a bug here, or a query that GitHub would
 * not accept.
 */
export function errorEntry(error: GraphQLError): GraphQLFormattedError & { readonly type?: string } {
  const { message, locations = [], path } = error.toJSON();
  const cause = causeOf(error);
  if (cause instanceof GraphQLRefusal) return { type: cause.type, path: path ?? [], locations, message };
  if (cause instanceof GitHubError) {
    const type = TYPES[cause.status] ?? "INTERNAL";
    const extensions = type === "FORBIDDEN" ? { extensions: { saml_failure: false } } : {};
    return { type, path: path ?? [], ...extensions, locations, message: sentence(cause) };
  }
  return { ...(path ? { path } : {}), locations, message };
}

/** REST says "Validation Failed" and lists the problems; GraphQL only says the problem. */
function sentence({ message, errors }: GitHubError): string {
  if (!errors) return message;
  return errors
    .map((each) => (typeof each === "string" ? each : (each.message ?? `${each.field} is ${each.code}`)))
    .join(", ");
}
