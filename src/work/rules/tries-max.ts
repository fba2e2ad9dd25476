/** The latest tries of a message are kept. */
export const TRIES_MAX = 20;
