import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { digestOf } from "../tokens/token.ts";

const SECRET_BYTES = 32;
const FORM = /^[\w-]{43}$/;

/** @returns the value of a new session's cookie: 256 random bits. It is never stored. */
export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Whether a text may be the value of a session's cookie. */
export function isSecret(text: string): boolean {
  return FORM.test(text);
}

/** What a session is stored under, in hexadecimal digits. SHA-256 is enough: nobody can guess 256 random bits. */
export function digestOfSecret(secret: string): string {
  return digestOf(secret).toString("hex");
}

/** What pages of ours send in the header `X-CSRF-Token`. It belongs to one session, and reveals nothing about its cookie. */
export function csrfTokenOf(secret: string): string {
  return createHmac("sha256", secret).update("csrf").digest("base64url");
}

/** Whether it is the session's own. All have the same length once hashed, so the time of the comparison reveals nothing. */
export function isCsrfTokenOf(given: string, secret: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(csrfTokenOf(secret)));
}
