import type { Edge } from "../../hand-back/rules/edge.ts";
import type { Seen, SeenMergeability } from "../../record/rules/seen.ts";
import { shortSha } from "../../../text/short-sha.ts";

/** A conflict is reported once for each head, even if the base moves on. Its resolution is reported once GitHub confirms it. */
export function edgesOfMerging(before: Seen | null, { mergeability, headSha, baseSha, base }: Seen): Edge[] {
  const known = before?.mergeability.conflict ?? null;
  const { value, conflict, cause, stale } = mergeability;
  if (stale) return [];
  if (value === "conflicting" && conflict && known?.headSha !== headSha) {
    const because = `It conflicts with ${base} at ${shortSha(baseSha)}${since(cause)}`;
    return [{ type: "conflict", key: `conflict ${headSha} ${baseSha}`, because, headSha, baseSha, cause }];
  }
  if (value === "mergeable" && known && !conflict) {
    const because = `GitHub can merge ${shortSha(headSha)} into ${base} at ${shortSha(baseSha)}`;
    const key = `conflict_resolved ${headSha} ${baseSha}`;
    return [{ type: "conflict_resolved", key, because, headSha, baseSha }];
  }
  return [];
}

function since(cause: SeenMergeability["cause"]): string {
  if (!cause) return "";
  return cause.pullRequest === null
    ? `, since ${shortSha(cause.sha)} was pushed there`
    : `, since #${cause.pullRequest} was merged there`;
}
