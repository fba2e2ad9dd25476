import type { StoredWorkspace } from "../../record/workspace.ts";

/** After so many days its owner is asked what to do with work that is nowhere else. */
export const QUESTION_DAYS = 30;
const DAY_MS = 24 * 3600 * 1_000;

/** One question about a workspace: what keeps it, and since when. */
export interface Question {
  readonly codes: readonly string[];
  /** The sentences of these reasons. */
  readonly reasons: readonly string[];
  readonly since: Date;
}

/**
 * Whether to ask what shall become of a workspace: a clean-up has found work in it again and again for `QUESTION_DAYS`, nobody has
 * worked there meanwhile, and nobody was asked yet. Each folder gets one question, whatever is found in it later: who has not
 * answered once is not asked for ever.
 *
 * @param isWork whether a code says that something in the folder is nowhere else, so that archiving or discarding it is a way out
 * @returns `null` if there is nothing to ask
 */
export function questionDue(
  { status, kept, asked, lastActiveAt }: Pick<StoredWorkspace, "status" | "kept" | "asked" | "lastActiveAt">,
  { now, isWork }: { readonly now: Date; readonly isWork: (code: string) => boolean },
): Question | null {
  if (status !== "kept" || asked !== null) return null;
  const beforeMs = now.getTime() - QUESTION_DAYS * DAY_MS;
  const work = kept.filter(({ by, code }) => by === "cleanup" && isWork(code));
  const [oldest] = work.map(({ since }) => since).toSorted((one, other) => one.getTime() - other.getTime());
  if (!oldest || oldest.getTime() > beforeMs || lastActiveAt.getTime() > beforeMs) return null;
  return { codes: work.map(({ code }) => code), reasons: work.map(({ reason }) => reason), since: oldest };
}
