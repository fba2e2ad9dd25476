/** How long a delivery is known and can be replayed; GitHub itself offers them again for three days. */
export const KEPT_SECONDS = 30 * 24 * 60 * 60;
