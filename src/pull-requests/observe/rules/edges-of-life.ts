import { capitalised } from "../../../text/capitalised.ts";
import { fingerprint } from "../../../text/fingerprint.ts";
import type { Edge, Happening, MovedPart } from "../../hand-back/rules/edge.ts";
import { isOver } from "./lifecycle.ts";
import type { Seen } from "../../record/rules/seen.ts";
import { shortSha } from "../../../text/short-sha.ts";

/** The pull request as the bot last wrote and reported it. That state is not news. */
export interface Written {
  readonly headSha: string;
  readonly base: string;
  readonly draft: boolean;
  /** The title on GitHub after that. */
  readonly title: string;
  /** The last title that the bot gave it. */
  readonly titleWritten: string | null;
}

/** Changes of the pull request itself, by anyone. */
export function edgesOfLife(before: Seen | null, seen: Seen, written: Written | null): Edge[] {
  if (seen.lifecycle === "merged") return [mergedEdge(seen)];
  if (seen.lifecycle === "closed") return [closedEdge(seen)];
  const edges: Edge[] = [];
  const moved = movedParts(before, seen, written);
  if (moved.length > 0) edges.push(updatedEdge(seen, moved));
  if (before && isOver(before.lifecycle)) {
    const key = `reopened ${before.closedAt?.toISOString()}`;
    edges.push({ type: "reopened", key, because: "Reopened" });
  }
  const wasDraft = before ? before.lifecycle === "draft" : written?.draft === true;
  if (wasDraft && seen.lifecycle === "open") {
    const key = `ready ${seen.updatedAt.toISOString()}`;
    edges.push({ type: "ready", key, because: "Marked ready for review" });
  }
  return edges;
}

/** Changes that are not reported but are in the history. */
export function quietTurns(before: Seen | null, seen: Seen, written: Written | null): Happening[] {
  const turns: Happening[] = [];
  // A person may be faster than the first look.
  const wasOpen = before ? before.lifecycle === "open" : written?.draft === false;
  if (wasOpen && seen.lifecycle === "draft") {
    turns.push({ what: "draft", because: "Converted to a draft" });
  }
  if (before?.headExists && !seen.headExists) {
    turns.push({ what: "branch_deleted", because: "Its branch was deleted" });
  }
  return turns;
}

function mergedEdge({ mergedAt, updatedAt, mergedBy: by }: Seen): Edge {
  const because = by === null ? "It was merged" : `${by} merged it`;
  return { type: "merged", key: "merged", because, at: mergedAt ?? updatedAt, by };
}

function closedEdge({ closedAt, updatedAt, headExists }: Seen): Edge {
  const at = closedAt ?? updatedAt;
  const because = `It was closed without merging${headExists ? "" : ", and its branch was deleted"}`;
  return { type: "closed", key: `closed ${at.toISOString()}`, because, at, headExists };
}

function movedParts(before: Seen | null, seen: Seen, written: Written | null): MovedPart[] {
  const known = before ?? written;
  if (!known) return [];
  const titles = [known.title, written?.titleWritten];
  const moved = {
    head: seen.headSha !== known.headSha && seen.headSha !== written?.headSha,
    base: seen.base !== known.base && seen.base !== written?.base,
    title: !titles.includes(seen.title),
  };
  return (["head", "base", "title"] as const).filter((part) => moved[part]);
}

function updatedEdge(seen: Seen, moved: readonly MovedPart[]): Edge {
  const said: Readonly<Record<MovedPart, string>> = {
    head: `the head is now ${shortSha(seen.headSha)}`,
    base: `the base is now ${seen.base}`,
    title: "it has a new title",
  };
  const facts = [seen.headSha, seen.base, seen.title, seen.updatedAt.toISOString()];
  return {
    type: "updated",
    key: `updated ${fingerprint(JSON.stringify(facts))}`,
    because: capitalised(moved.map((part) => said[part]).join(", and ")),
    moved,
  };
}
