/** What was read holds for so long at least. */
const MS_MIN = 5 * 60_000;
const MS_MAX = 6 * 3_600_000;
/** So a host with a thousand workspaces reads them for a twentieth of the time. */
const PER_READING = 20_000;

/** For how long it holds from where a workspace borrows, if nobody works there. In milliseconds; longer if reading takes long. */
export function holdsForMs(readingMs: number): number {
  return Math.min(MS_MAX, Math.max(MS_MIN, readingMs * PER_READING));
}
