import type { Refusal } from "../../../errors.ts";
import { isSameName } from "../../../text/github-names.ts";

/** A pull request of ours in the same repository that is open or waits to be opened. */
export interface QueueEntry {
  readonly id: string;
  /** GitHub's number, if it exists already. */
  readonly number: number | null;
  /** Its creation has begun, so it takes up room although it has no number yet. */
  readonly begun: boolean;
  /** It waits for something other than room, so it blocks nobody. */
  readonly held: boolean;
  readonly requestedBy: string | null;
  readonly createdAt: Date;
}

export interface OpenLimits {
  readonly openPerRepository: number | null;
  readonly openPerRequester: number | null;
}

export interface QueuePlace {
  readonly limit: number;
  readonly whose: "repository" | "requester";
  readonly open: number;
  /** 1 for the one that is opened next. */
  readonly position: number;
}

interface Facts {
  readonly entry: QueueEntry;
  readonly others: readonly QueueEntry[];
  readonly limits: OpenLimits;
  /** The numbers that GitHub lists as open; `null` to trust our records. */
  readonly openOnGitHub: ReadonlySet<number> | null;
}

/**
 * The place of a pull request that may not be opened yet, because the limit of open ones is reached; `null` if it may be opened.
 * First come, first served: those that wait longer count as open, so that several decisions at the same time
 * don't open more than there is room for.
 *
 * An entry whose creation has begun was looked for on GitHub and is not there. It goes before entries that have not begun, which
 * all count it as open; of two that have begun the older goes first. Otherwise they would wait for each other for ever.
 */
export function queuePlace(facts: Facts): QueuePlace | null {
  const { limits } = facts;
  return (
    placeIn(facts, { limit: limits.openPerRepository, whose: "repository" }) ??
    placeIn(facts, { limit: limits.openPerRequester, whose: "requester" })
  );
}

/**
 * The numbers of those that are open, by GitHub's list of the newest. Of those that are too old for a full list our
 * records know best.
 */
export function openAmong(
  others: readonly Pick<QueueEntry, "number">[],
  { listed, listedMax }: { readonly listed: readonly number[]; readonly listedMax: number },
): ReadonlySet<number> {
  const oldest = listed.length < listedMax ? 0 : Math.min(...listed);
  const beyond = others.flatMap(({ number }) => (number !== null && number < oldest ? number : []));
  return new Set([...listed, ...beyond]);
}

/** The current place of a waiting one; those ahead of it may have left the queue. 1 for the one that is opened next. */
export function positionIn({ entry, others }: Pick<Facts, "entry" | "others">, whose: QueuePlace["whose"]) {
  return aheadOf(entry, ofQueue(entry, others, whose)) + 1;
}

function placeIn(
  { entry, others: all, openOnGitHub }: Facts,
  { limit, whose }: { limit: number | null; whose: QueuePlace["whose"] },
): QueuePlace | null {
  if (limit === null) return null;
  const others = ofQueue(entry, all, whose);
  const takesRoom = ({ number, begun, ...other }: QueueEntry) =>
    number === null ? begun && !(entry.begun && isBefore(entry, other)) : (openOnGitHub?.has(number) ?? true);
  const open = others.filter(takesRoom).length;
  const ahead = aheadOf(entry, others);
  return open + ahead < limit ? null : { limit, whose, open, position: ahead + 1 };
}

/** All entries of the repository, or those of the same requester. */
function ofQueue(
  entry: QueueEntry,
  others: readonly QueueEntry[],
  whose: QueuePlace["whose"],
): readonly QueueEntry[] {
  if (whose === "repository") return others;
  const { requestedBy: requester } = entry;
  if (requester === null) return [];
  return others.filter(({ requestedBy }) => requestedBy !== null && isSameName(requestedBy, requester));
}

function aheadOf(entry: QueueEntry, others: readonly QueueEntry[]): number {
  const isAhead = ({ number, begun, held, ...other }: QueueEntry) =>
    number === null && !begun && !held && !entry.begun && isBefore(other, entry);
  return others.filter(isAhead).length;
}

function isBefore(
  one: Pick<QueueEntry, "id" | "createdAt">,
  other: Pick<QueueEntry, "id" | "createdAt">,
): boolean {
  const apartMs = one.createdAt.getTime() - other.createdAt.getTime();
  return apartMs === 0 ? one.id < other.id : apartMs < 0;
}

/** The wait in words. @param file the settings file that sets the limit */
export function describePlace(
  place: QueuePlace,
  { repository, file }: { readonly repository: string; readonly file: string },
): Refusal {
  return {
    code: "open_limit_reached",
    reason: reasonOfPlace(place, repository),
    remedy: `Merge or close one of them, or raise the limit in ${file}. The bot opens this one as soon as there is room.`,
  };
}

/** The limit and the place in words. */
export function reasonOfPlace({ limit, whose, open, position }: QueuePlace, repository: string): string {
  const count = `${open} open agent pull request${open === 1 ? "" : "s"}`;
  const theirs = whose === "repository" ? count : `${count} for the same requester`;
  const full =
    open === limit
      ? `${repository} already has ${theirs}, its limit.`
      : `${repository} has ${theirs}, and its limit is ${limit}.`;
  const turn = position === 1 ? "next" : `number ${position}`;
  return `${full} This one is ${turn} in the queue.`;
}
