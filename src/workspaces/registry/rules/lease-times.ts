/**
 * How long a heartbeat keeps a workspace in use, in milliseconds, also after its project was cancelled. Five times what
 * docs/signals.md asks senders to leave between two of them, so that a few lost ones change nothing.
 */
export const HEARTBEAT_LEASE_MS = 5 * 60_000;

/**
 * How long a phase counts as running after the last signal of its project: agents that say nothing for longer have died, and must
 * not keep a workspace for ever.
 */
export const PHASE_LEASE_MS = 24 * 3600 * 1_000;

/** How long a workspace is left alone after a signal about work in it: agents that have ended their turn are resumed. */
export const GRACE_MS = 30 * 60_000;
