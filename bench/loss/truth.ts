import type { PullRequest } from "../../test/local-github/state.ts";
import type { StoredRecord } from "./inbox.ts";
import type { LossStage } from "./stage.ts";
import { type Standing, standingOf } from "./standing.ts";

type Value = string | number | boolean | null | undefined;
type Pair = readonly [what: string, recorded: Value, truth: Value];

/** How true the bot's records are. */
export interface Truth {
  /** Descriptions of the differences from GitHub. */
  readonly untrue: readonly string[];
  /** Open pull requests; for these, checks, reviews and mergeability are compared too. */
  readonly open: number;
  /** Open pull requests that can't be merged. */
  readonly conflicting: number;
  /**
   * Pull requests of which the bot itself says that GitHub did not answer whether they can be merged: neither
   * true nor different.
   */
  readonly unknown: number;
}

/** Compares each record with the state on GitHub. */
export async function truthOf({
  repository,
  app,
  inbox,
}: Pick<LossStage, "repository" | "app" | "inbox">): Promise<Truth> {
  const records = new Map((await inbox.records()).map((record) => [record.branch, record]));
  const pullRequests = [...repository.pullRequests.values()];
  const compared = await Promise.all(
    pullRequests.map(async (pullRequest) => {
      const record = records.get(pullRequest.headRef);
      const isOpen = pullRequest.state === "open";
      const standing = isOpen ? await standingOf(repository, pullRequest, app.id) : null;
      const untrue = record
        ? differences(record, pullRequest, standing)
        : [`#${pullRequest.number}: no record`];
      return { untrue, standing, isUnknown: isOpen && record?.seen?.mergeability.stale !== false };
    }),
  );
  return {
    untrue: compared.flatMap(({ untrue }) => untrue),
    open: compared.filter(({ standing }) => standing).length,
    conflicting: compared.filter(({ standing }) => standing?.mergeable === "conflicting").length,
    unknown: compared.filter(({ isUnknown }) => isUnknown).length,
  };
}

/** @param standing `null` for a closed or merged one: the bot no longer reads its checks, reviews or conflicts */
function differences(record: StoredRecord, truth: PullRequest, standing: Standing | null): string[] {
  const said = record.pullRequest;
  const pairs: readonly Pair[] = [
    ["state", record.status, stateOf(truth)],
    ["number", said?.number, truth.number],
    ["head", said?.headSha, truth.headSha],
    ["base", said?.base, truth.baseRef],
    ["draft", said?.draft, truth.draft],
    ["title", said?.title, truth.title],
    ["labels", said && listed(said.labels), listed(truth.labels)],
    ...(standing ? standingPairs(record, truth, standing) : []),
  ];
  return pairs
    .filter(([, recorded, is]) => recorded !== is)
    .map(
      ([what, recorded, is]) =>
        `#${truth.number}, ${stateOf(truth)}, ${what}: recorded ${recorded}, on GitHub ${is}`,
    );
}

function standingPairs({ seen }: StoredRecord, { headSha }: PullRequest, is: Standing): readonly Pair[] {
  const { value, pair, stale } = seen?.mergeability ?? { value: null, pair: null, stale: false };
  const answer = (what: Value, head?: string, base?: string) => `${what}, ${head} into ${base}`;
  return [
    ["checks", seen && `${seen.checks.verdict} on ${seen.checks.headSha}`, `${is.checks} on ${headSha}`],
    ["reviews", seen?.review.verdict, is.review],
    // A value that the bot itself calls stale is no claim.
    ...(stale
      ? []
      : [
          [
            "mergeability",
            answer(value, pair?.headSha, pair?.baseSha),
            answer(is.mergeable, headSha, is.baseSha),
          ] as const,
        ]),
  ];
}

function stateOf({ state, mergedAt }: PullRequest): "open" | "merged" | "closed" {
  return mergedAt ? "merged" : state;
}

/** GitHub ignores the case of label names, and their order has no meaning. */
function listed(labels: readonly string[]): string {
  return labels
    .map((name) => name.toLowerCase())
    .sort()
    .join(", ");
}
