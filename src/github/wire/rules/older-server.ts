import type { GraphqlDocument } from "../graphql-document.ts";

/** An entry of `errors` in GitHub's answer to a document. */
export interface GraphqlError {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly message?: string;
}

interface Dispensable {
  /** The field to ask for instead. Every type has `__typename`, and a selection may not be empty. */
  readonly instead: string;
  /** Whether its reader treats it as refused, because it has no other source. */
  readonly lost: boolean;
}

const ID = { instead: "databaseId", lost: false };
/** The names of the required checks are known from the rules of the base too. */
const REQUIRED = { instead: "__typename", lost: false };
const LOST = { instead: "__typename", lost: true };

/** Fields that an older GitHub Enterprise Server may lack and the bot can do without. */
const DISPENSABLE: ReadonlyMap<string, Dispensable> = new Map([
  ["PullRequestReview.fullDatabaseId", ID],
  ["IssueComment.fullDatabaseId", ID],
  ["CheckRun.isRequired", REQUIRED],
  ["StatusContext.isRequired", REQUIRED],
  ["PullRequest.statusCheckRollup", LOST],
  ["PullRequest.latestOpinionatedReviews", LOST],
  ["PullRequest.reviewDecision", LOST],
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
  const missing = errors.flatMap(({ message = "", path = [] }) => {
    const [, field = "", type = ""] = /^Field '(\w+)' doesn't exist on type '(\w+)'/.exec(message) ?? [];
    const found = DISPENSABLE.get(`${type}.${field}`);
    return found ? [{ ...found, field, path: pathOf(path) }] : [];
  });
  if (missing.length === 0 || missing.length < errors.length) return null;
  const without = missing.reduce(withoutField, document as string);
  return {
    document: withoutUnusedVariables(without) as GraphqlDocument,
    lost: missing.filter(({ lost }) => lost).map(({ path }) => path),
  };
}

/** A server that checks a document names the operation first, and fragments in between. */
function pathOf(path: readonly (string | number)[]): string[] {
  return path
    .slice(1)
    .map(String)
    .filter((step) => !step.includes(" "));
}

/** The document with another field wherever it selected the missing one. */
function withoutField(
  document: string,
  { field, instead }: { readonly field: string; readonly instead: string },
): string {
  const selected = new RegExp(`(?<![$\\w])${field}\\b(?!\\s*:)`);
  let rest = document;
  let done = "";
  for (let found = selected.exec(rest); found; found = selected.exec(rest)) {
    done += `${rest.slice(0, found.index)}${instead}`;
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
