import { isRepositoryName } from "../../text/github-names.ts";

/** The facts that the inbox reads from a payload: to list deliveries, and to keep those about one thing in order. */
export interface About {
  readonly action: string | null;
  readonly repository: string | null;
  readonly installationId: number | null;
  /** The id of the thing: `owner/name#12`, `owner/name@<sha>`, `owner/name:<ref>`, `owner/name` or `installation/7`. */
  readonly about: string | null;
}

/** Limit for names in payloads: far more than GitHub allows, but short enough for an index. */
const NAME_CHARACTERS_MAX = 400;

/**
 * Reads the few fields that GitHub's payloads have in common.
 *
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 *
 * @param payload of any shape; a field that is missing or impossible gives `null`
 */
export function aboutOf(payload: unknown): About {
  const name = textAt(payload, "repository", "full_name");
  const repository = name !== null && isRepositoryName(name) ? name : null;
  const installationId = numberAt(payload, "installation", "id");
  const inRepository = repository === null ? null : `${repository.toLowerCase()}${placeIn(payload)}`;
  return {
    action: textAt(payload, "action"),
    repository,
    installationId,
    about: inRepository ?? (installationId === null ? null : `installation/${installationId}`),
  };
}

/** Where in a repository something happened: a pull request if there is one, else a commit, else a ref. */
function placeIn(payload: unknown): string {
  const number = numberAt(payload, "pull_request", "number") ?? numberAt(payload, "issue", "number");
  if (number !== null) return `#${number}`;
  for (const kind of ["check_run", "check_suite"]) {
    const sha = textAt(payload, kind, "head_sha");
    if (sha !== null) return onlyPullRequest(at(payload, kind, "pull_requests")) ?? `@${sha}`;
  }
  const sha = textAt(payload, "sha");
  if (sha !== null) return `@${sha}`;
  const ref = textAt(payload, "ref");
  return ref === null ? "" : `:${ref}`;
}

function onlyPullRequest(listed: unknown): string | null {
  if (!Array.isArray(listed) || listed.length !== 1) return null;
  const number = numberAt(listed[0], "number");
  return number === null ? null : `#${number}`;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === "string" && found !== "" ? found.slice(0, NAME_CHARACTERS_MAX) : null;
}

function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const found = at(value, ...path);
  return Number.isSafeInteger(found) && (found as number) > 0 ? (found as number) : null;
}
