/** The project whose signal kills whoever handles it. */
export const POISON = "poison";
