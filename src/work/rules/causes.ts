/** What led to a change: a stored message, by its kind and its id in its collection. */
export type CauseKey = `delivery:${string}` | `signal:${string}`;

/** So many causes are stored with one document. */
export const CAUSES_MAX = 20;
