/** The delivery, or the project of the signal, that kills the process that handles it. */
export const POISON = "poison";
/** The delivery at which a process that was started with `SLEEPS` stops itself, in the middle of its transaction. */
export const SEDATIVE = "sedative";
/** The collection in which a handler stores, in its transaction, that a delivery took effect. */
export const EFFECTS_COLLECTION = "effects";
