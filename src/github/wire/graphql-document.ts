import type { GRAPHQL_REQUESTS } from "../rules/requests.ts";

declare const stated: unique symbol;
/** A document whose needs are in the table of requests. Only `graphqlDocument` makes one. */
export type GraphqlDocument = string & { readonly [stated]: true };

/**
 * A document of one operation.
 *
 * @param operation its kind and name, as in the table of requests, such as `query Snapshot`
 * @param rest what follows the name: variables, selection, fragments
 */
export function graphqlDocument(operation: keyof typeof GRAPHQL_REQUESTS, rest: string): GraphqlDocument {
  return `${operation}${rest}` as GraphqlDocument;
}
