import type { LoggedRequest } from "../../test/local-github/http/request-log.ts";

/** Requests that every pull request needs; the others fetch what the bot then remembers. */
const EACH_TIME = new Set([
  "GET /repos/{owner}/{repo}/compare/{basehead}",
  "POST /repos/{owner}/{repo}/pulls",
  "POST /graphql",
]);

/** Describes how many requests to GitHub the pull request took. */
export function countRequests(requests: readonly LoggedRequest[]): string {
  const eachTime = requests.filter(({ method, route }) => EACH_TIME.has(`${method} ${route}`)).length;
  return `${requests.length} to GitHub's API: ${eachTime} for the pull request, ${requests.length - eachTime} for facts that the bot remembers from then on`;
}
