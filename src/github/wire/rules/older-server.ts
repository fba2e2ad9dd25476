import type { GraphqlDocument } from "../graphql-document.ts";

/** An entry of `errors` in GitHub's answer to a document. */
export interface GraphqlError {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly message?: string;
}

/**
 * Fields that an older GitHub Enterprise Server may lack and the bot can do without. `replaced`: its reader uses another
 * source. `lost`: its reader treats it as refused.
 */
const DISPENSABLE: ReadonlyMap<string, "replaced" | "lost"> = new Map([
  ["PullRequestReview.fullDatabaseId", "replaced"],
  ["IssueComment.fullDatabaseId", "replaced"],
  ["CheckRun.isRequired", "replaced"],
  ["StatusContext.isRequired", "replaced"],
  ["PullRequest.statusCheckRollup", "lost"],
  ["PullRequest.latestOpinionatedReviews", "lost"],
  ["PullRequest.reviewDecision", "lost"],
]);

interface OlderDocument {
  /** Without the fields that the server lacks. */
  readonly document: GraphqlDocument;
  /** Paths of the missing fields that have no other source. */
  readonly lost: readonly (readonly string[])[];
}

/**
 * The document for an older server that refused it because it lacks fields.
 *
 * @param errors all of the server's answer
 * @returns `null` if anything else is wrong with it, or the bot can't do without one of the fields
 */
export function withoutMissingFields(
  document: GraphqlDocument,
  errors: readonly GraphqlError[],
): OlderDocument | null {
  const missing = errors.map(({ message = "", path = [] }) => {
    const [, field = "", type = ""] = /^Field '(\w+)' doesn't exist on type '(\w+)'/.exec(message) ?? [];
    return { field, use: DISPENSABLE.get(`${type}.${field}`), path: pathOf(path) };
  });
  if (missing.length === 0 || missing.some(({ use }) => use === undefined)) return null;
  const fields = new Set(missing.map(({ field }) => field));
  const without = [...fields].reduce(withoutField, document as string);
  return {
    document: withoutUnusedVariables(without) as GraphqlDocument,
    lost: missing.filter(({ use }) => use === "lost").map(({ path }) => path),
  };
}

/** A server that checks a document names the operation first, and fragments in between. */
function pathOf(path: readonly (string | number)[]): string[] {
  return path
    .slice(1)
    .map(String)
    .filter((step) => !step.includes(" "));
}

/** Selects `__typename` instead, which every type has, because a selection may not be empty. */
function withoutField(document: string, field: string): string {
  const selected = new RegExp(`(?<![$\\w])${field}\\b(?!\\s*:)`);
  let rest = document;
  let done = "";
  for (let found = selected.exec(rest); found; found = selected.exec(rest)) {
    done += `${rest.slice(0, found.index)}__typename`;
    rest = afterGroup(afterGroup(rest.slice(found.index + field.length), "(", ")"), "{", "}");
  }
  return done + rest;
}

/** The text after a balanced group, if it begins with one. */
function afterGroup(text: string, open: string, close: string): string {
  if (!text.trimStart().startsWith(open)) return text;
  let depth = 0;
  for (let index = text.indexOf(open); index < text.length; index++) {
    if (text[index] === open) depth++;
    if (text[index] === close) depth--;
    if (depth === 0) return text.slice(index + 1);
  }
  return text;
}

/** A document that declares a variable and does not use it is refused. */
function withoutUnusedVariables(document: string): string {
  const names = [...document.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name);
  const unused = names.filter((name) => names.indexOf(name) === names.lastIndexOf(name));
  return unused.reduce(
    (text, name) => text.replace(new RegExp(`\\$${name}: [\\w\\[\\]!]+,? ?`), ""),
    document,
  );
}
