import { hiddenJson } from "../../../text/markdown/hidden-json.ts";
import { ownWords, type SafeValue } from "../../../text/safe.ts";
import { sanitizeText } from "../../../text/markdown/sanitize.ts";
import type { Completion } from "../../../signals/signal.ts";
import { type DescribeSection, shortened } from "./describe-section.ts";

const AGENTS_MAX = { full: 12, short: 4 };
/** More agents than this go into a table that opens on a click. */
const AGENTS_IN_LINE_MAX = 2;
const DISCLOSURE_LIMITS = { characters: 2_000, cost: 10_000 };
const HIDDEN_NAME_CHARACTERS_MAX = 80;

type Agent = NonNullable<Completion["agents"]>[number];

/** Who made this change: one line for people, and a hidden line for programs. */
export const describeProvenance: DescribeSection = ({ completion, disclosure, headSha }, wording) => {
  const agents = completion.agents ?? [];
  const take = shortened(agents, AGENTS_MAX, ({ name, model, durationMs, costUsd }) => ({
    name: wording.name(name),
    model: model === undefined ? null : wording.name(model),
    duration: durationMs === undefined ? null : duration(durationMs),
    costUsd: costUsd === undefined ? null : ownWords(costUsd.toFixed(2)),
  }));
  const hidden = hiddenJson("orb-provenance", {
    project: completion.project,
    requestedBy: completion.requestedBy ?? null,
    headSha,
    agents: agents.slice(0, AGENTS_MAX.full).map(forPrograms),
    agentsInAll: agents.length,
  });
  const requestedBy = completion.requestedBy === undefined ? null : wording.code(completion.requestedBy);
  const shownDisclosure =
    disclosure === null || disclosure.trim() === ""
      ? null
      : wording.markdown(disclosure, DISCLOSURE_LIMITS, { byOwners: true });
  return (level) => ({
    project: wording.code(completion.project),
    requestedBy,
    agents: take(level),
    inLine: agents.length <= AGENTS_IN_LINE_MAX,
    total: totalOf(agents),
    disclosure: shownDisclosure,
    hidden,
  });
};

function forPrograms({ name, model, durationMs, costUsd }: Agent) {
  return {
    name: sanitizeText(name, HIDDEN_NAME_CHARACTERS_MAX),
    model: model === undefined ? null : sanitizeText(model, HIDDEN_NAME_CHARACTERS_MAX),
    durationMs: durationMs ?? null,
    costUsd: costUsd ?? null,
  };
}

/** A total is `null` if no agent reported that value. */
function totalOf(agents: readonly Agent[]) {
  const durations = agents.flatMap(({ durationMs }) => durationMs ?? []);
  const costs = agents.flatMap(({ costUsd }) => costUsd ?? []);
  return {
    agents: agents.length,
    duration: durations.length > 0 ? duration(sum(durations)) : null,
    costUsd: costs.length > 0 ? ownWords(sum(costs).toFixed(2)) : null,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function duration(durationMs: number): SafeValue {
  const seconds = Math.round(durationMs / 1000);
  return { minutes: Math.floor(seconds / 60), seconds: seconds % 60 };
}
