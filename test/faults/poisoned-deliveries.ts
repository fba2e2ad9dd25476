/** The delivery that ends whoever handles it. */
export const POISON = "poison";
/** The delivery at which a process that is told to sleep does so, in the middle of its transaction. */
export const SEDATIVE = "sedative";
/** Where each delivery that took effect is noted, in the transaction of its handler. */
export const EFFECTS_COLLECTION = "effects";
