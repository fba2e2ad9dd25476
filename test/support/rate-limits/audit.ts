/** One decision, as a caller has noted it. Times are microseconds of Redis' clock. */
export interface Noted {
  readonly subjects: readonly string[];
  readonly isAdmitted: boolean;
  readonly atUs: number;
}

/** What the log of all callers shows. */
export interface Verdict {
  /** The most that was admitted for one subject within any window. */
  readonly worstWindow: number;
  /** Refused although each of their subjects had room. */
  readonly wronglyRefused: number;
  readonly admitted: number;
  readonly refused: number;
}

interface Audited {
  readonly limit: number;
  readonly windowUs: number;
  /** How exactly the time of a refusal without Redis is known. */
  readonly toleranceUs?: number;
}

/** Judges a log by itself: it knows only times, and shares no code with the limiter. */
export function auditLog(log: readonly Noted[], { limit, windowUs, toleranceUs = 0 }: Audited): Verdict {
  const admittedOf = new Map<string, number[]>();
  for (const { subjects, atUs } of log.filter(({ isAdmitted }) => isAdmitted)) {
    for (const subject of subjects) {
      const times = admittedOf.get(subject);
      if (times) times.push(atUs);
      else admittedOf.set(subject, [atUs]);
    }
  }
  for (const times of admittedOf.values()) times.sort((a, b) => a - b);
  const refused = log.filter(({ isAdmitted }) => !isAdmitted);
  const isFull = (subject: string, atUs: number) => {
    const times = admittedOf.get(subject) ?? [];
    const until = countUpTo(times, atUs + toleranceUs);
    return until - countUpTo(times, atUs - windowUs - toleranceUs) >= limit;
  };
  return {
    worstWindow: Math.max(0, ...[...admittedOf.values()].map((times) => most(times, windowUs))),
    wronglyRefused: refused.filter(({ subjects, atUs }) => !subjects.some((each) => isFull(each, atUs)))
      .length,
    admitted: log.length - refused.length,
    refused: refused.length,
  };
}

function most(times: readonly number[], windowUs: number): number {
  let [begin, worst] = [0, 0];
  for (let end = 0; end < times.length; end++) {
    while ((times[end] ?? 0) - (times[begin] ?? 0) >= windowUs) begin++;
    worst = Math.max(worst, end - begin + 1);
  }
  return worst;
}

/** How many of the sorted times are not later. */
function countUpTo(times: readonly number[], atUs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= atUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
