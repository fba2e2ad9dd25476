/** Work that is due. */
export interface DueWork {
  /** The installation whose share of the lanes it takes. */
  readonly share: string;
  /** Somebody waits for it. */
  readonly urgent: boolean;
  readonly dueAt: Date;
}

/**
 * What nobody waits for takes so many lanes of a share at most. GitHub allows an installation one to four requests a second in
 * the long run, and one lane can send as many; more lanes would only delay others.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#primary-rate-limit-for-github-app-installations
 */
const LANES_FOR_LOOKS = 1;

/** Of several lanes, one is always left to shares that none is working for: work may take long. */
function lanesMax(lanes: number): number {
  return Math.max(1, lanes - 1);
}

/** The shares that have as many lanes as a share may have. @param serving the share of each lane that is working */
export function fullShares(serving: readonly string[], lanes: number): string[] {
  return [...lanesOf(serving)].filter(([, count]) => count >= lanesMax(lanes)).map(([share]) => share);
}

/**
 * The order in which a lane takes work: first that of the share with the fewest lanes, so that one with thousands of due
 * documents does not hold up others; then what somebody waits for; then what is due longest. A share that has as many lanes
 * as it may have is left out, and so are its looks if it has `LANES_FOR_LOOKS`.
 *
 * @param serving the share of each lane of the process that is working
 * @param lanes the number of all its lanes
 */
export function fairOrder<Due extends DueWork>(
  due: readonly Due[],
  { serving, lanes }: { readonly serving: readonly string[]; readonly lanes: number },
): Due[] {
  const taken = lanesOf(serving);
  const lanesFor = ({ share }: Due) => taken.get(share) ?? 0;
  return due
    .filter((each) => lanesFor(each) < Math.min(lanesMax(lanes), each.urgent ? lanes : LANES_FOR_LOOKS))
    .toSorted(
      (a, b) =>
        lanesFor(a) - lanesFor(b) ||
        Number(b.urgent) - Number(a.urgent) ||
        a.dueAt.getTime() - b.dueAt.getTime(),
    );
}

function lanesOf(serving: readonly string[]): ReadonlyMap<string, number> {
  const lanes = new Map<string, number>();
  for (const share of serving) lanes.set(share, (lanes.get(share) ?? 0) + 1);
  return lanes;
}
