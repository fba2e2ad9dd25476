import { isSameName } from "../../text/github-names.ts";
import type { RepositoryNews, StoredRepository } from "../repository.ts";

/** Earlier names per repository; beyond this, the oldest are dropped. */
const FORMER_NAMES_MAX = 20;

/**
 * What a report changes about a repository. Deliveries come late, twice and in any order, so GitHub's own times decide: that of
 * the repository about its name, that of the installation about the access to it. Reports of the same second, and those
 * without a time, give it another name only if they continue from the present one. If that is wrong, the next look at one of its
 * pull requests shows it.
 *
 * @param known what is stored; `undefined` if nothing is
 * @param toldAt when the report was received
 */
export function newerNews(
  known: StoredRepository | undefined,
  { _id, ...told }: RepositoryNews,
  toldAt: Date,
): Partial<StoredRepository> {
  const { fullName, archived, namedAt = null, nameBefore = null, isCertain = false } = told;
  const { reachable, installationId, reachableAt = null, settingsSha, lastChange } = told;
  const isNamed = known === undefined || isCertain || isNewerName(known, { fullName, namedAt, nameBefore });
  const hasAccess =
    known === undefined ||
    isNewerAccess(known, { reachable, installationId: installationId ?? null, reachableAt });
  const isReceivedInOrder = known === undefined || known.toldAt <= toldAt;
  const current = isNamed ? fullName : known.fullName;
  const names = [...(known ? [...known.formerNames, known.fullName] : []), nameBefore, fullName];
  return {
    fullName: current,
    formerNames: formerOf(names, current),
    ...(isNamed && { namedAt: latest(known?.namedAt, namedAt), ...(archived !== undefined && { archived }) }),
    ...(hasAccess && reachable !== undefined && { reachable }),
    ...(hasAccess && installationId !== undefined && { installationId }),
    ...(hasAccess && reachableAt !== null && { reachableAt }),
    ...(isReceivedInOrder && settingsSha !== undefined && { settingsSha }),
    // It is only compared, and any report may be the news.
    ...(lastChange !== undefined && { lastChange }),
    toldAt: isReceivedInOrder ? toldAt : known.toldAt,
  };
}

function isNewerName(
  known: StoredRepository,
  { fullName, namedAt, nameBefore }: { fullName: string; namedAt: Date | null; nameBefore: string | null },
): boolean {
  if (isSameName(fullName, known.fullName)) return true;
  if (namedAt && !known.namedAt) return true;
  const apartMs = namedAt && known.namedAt ? namedAt.getTime() - known.namedAt.getTime() : 0;
  return apartMs > 0 || (apartMs === 0 && nameBefore !== null && isSameName(nameBefore, known.fullName));
}

/** The times of two installations can't be compared: GitHub need not change that of one to which a repository moves. */
function isNewerAccess(
  known: StoredRepository,
  told: {
    readonly reachable: boolean | undefined;
    readonly installationId: number | null;
    readonly reachableAt: Date | null;
  },
): boolean {
  const { reachable, installationId, reachableAt } = told;
  const isOther = installationId !== null && (known.installationId ?? installationId) !== installationId;
  // That another installation has lost it says nothing about this one.
  if (isOther) return reachable === true;
  return !known.reachableAt || reachableAt === null || reachableAt >= known.reachableAt;
}

/** In lower case, each once, the latest last. */
function formerOf(names: readonly (string | null)[], current: string): string[] {
  const former = names.flatMap((name) =>
    name === null || isSameName(name, current) ? [] : name.toLowerCase(),
  );
  return [...new Set(former.toReversed())].toReversed().slice(-FORMER_NAMES_MAX);
}

function latest(one: Date | null | undefined, other: Date | null): Date | null {
  if (!one || !other) return one ?? other;
  return one > other ? one : other;
}
