import { createHash } from "node:crypto";

const FINGERPRINT_CHARACTERS = 12;

/** A short hash of a text, to detect edits. It hides nothing and protects nothing. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, FINGERPRINT_CHARACTERS);
}
