import { isGranted, type Needs } from "./need.ts";
import { GRAPHQL_REQUESTS } from "./requests.ts";

/**
 * The permissions for lack of which GitHub may have refused a part of a document, in words such as
 * "contents: write and pull_requests: write".
 *
 * @param document begins with its kind and name, as in the table of requests
 * @param path of GitHub's error: the alias of the root field, and what follows
 * @param granted the permissions of the installation; `null` if they are not known
 * @returns `null` if nothing is lacking, as far as is known
 */
export function lackingFor(
  document: string,
  path: readonly string[],
  granted: Readonly<Record<string, string>> | null,
): string | null {
  const [operation = ""] = /^\w+ \w+/.exec(document) ?? [];
  const parts = Object.entries<Needs>(
    Object.hasOwn(GRAPHQL_REQUESTS, operation)
      ? GRAPHQL_REQUESTS[operation as keyof typeof GRAPHQL_REQUESTS].needs
      : {},
  );
  const alias = path[0]?.replace(/\d+$/, "");
  const whole = parts.filter(([part]) => part === alias).flatMap(([, needs]) => needs);
  const inside = parts.filter(([part]) => part.startsWith(`${alias} … on `)).flatMap(([, needs]) => needs);
  const deep = path.length > 1 && inside.length > 0;
  const candidates = granted ? [...whole, ...(deep ? inside : [])] : deep ? inside : whole;
  const lacking = candidates.filter(
    (need) => !granted || ![need].flat().some((each) => isGranted(granted, each)),
  );
  return lacking.length === 0 ? null : lacking.map((need) => [need].flat().join(" or ")).join(" and ");
}
