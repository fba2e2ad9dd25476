import type { GRAPHQL_REQUESTS } from "../rules/requests.ts";

declare const stated: unique symbol;
/** A document of which the table of requests says what it needs. Only `graphqlDocument` makes one. */
export type GraphqlDocument = string & { readonly [stated]: true };

/**
 * A document of one operation.
 *
 * @param operation its kind and name, as the table of requests has them, such as `query Snapshot`
 * @param rest what follows the name: variables, selection, fragments
 */
export function graphqlDocument(operation: keyof typeof GRAPHQL_REQUESTS, rest: string): GraphqlDocument {
  return `${operation}${rest}` as GraphqlDocument;
}
