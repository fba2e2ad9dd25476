import { createHash } from "node:crypto";

const FINGERPRINT_CHARACTERS = 12;

/** A short name of a text, the same for the same text: it tells an edit from none and keeps nothing secret. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, FINGERPRINT_CHARACTERS);
}
