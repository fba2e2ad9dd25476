// GitHub's real GraphQL schema, as @octokit/graphql-schema publishes it.

import { buildSchema, type GraphQLSchema } from "graphql";

let schema: Promise<GraphQLSchema> | undefined;

/** Built once per process, when it is first asked for: that takes some 200 ms. */
export function gitHubSchema(): Promise<GraphQLSchema> {
  schema ??= build();
  return schema;
}

async function build(): Promise<GraphQLSchema> {
  // The package reads 5 MB when it is loaded; tests without GraphQL need not wait for that.
  const published = await import("@octokit/graphql-schema");
  return buildSchema(published.schema.idl, { assumeValid: true, assumeValidSDL: true, noLocation: true });
}
