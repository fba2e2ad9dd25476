import type { PullRequest } from "../../test/support/world/state.ts";

/** What a record says of its pull request. */
export interface RecordedPullRequest {
  readonly branch: string;
  readonly status: string;
  readonly pullRequest: {
    readonly number: number;
    readonly headSha: string;
    readonly base: string;
    readonly draft: boolean;
    readonly title: string;
    readonly labels: readonly string[];
  } | null;
}

type Told = string | number | boolean | null | undefined;

/** In what a record differs from GitHub, in words; nothing where it is true. */
export function differences(record: RecordedPullRequest, truth: PullRequest): string[] {
  const said = record.pullRequest;
  const pairs: readonly (readonly [what: string, said: Told, truth: Told])[] = [
    ["state", record.status, stateOf(truth)],
    ["number", said?.number, truth.number],
    ["head", said?.headSha, truth.headSha],
    ["base", said?.base, truth.baseRef],
    ["draft", said?.draft, truth.draft],
    ["title", said?.title, truth.title],
    ["labels", said && listed(said.labels), listed(truth.labels)],
  ];
  return pairs
    .filter(([, recorded, is]) => recorded !== is)
    .map(
      ([what, recorded, is]) =>
        `#${truth.number}, ${stateOf(truth)}, ${what}: recorded ${recorded}, on GitHub ${is}`,
    );
}

function stateOf({ state, mergedAt }: PullRequest): "open" | "merged" | "closed" {
  return mergedAt ? "merged" : state;
}

/** GitHub's names of labels ignore case, and their order means nothing. */
function listed(labels: readonly string[]): string {
  return labels
    .map((name) => name.toLowerCase())
    .sort()
    .join(", ");
}
