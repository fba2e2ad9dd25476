import { createHash, randomBytes } from "node:crypto";

const ID_BYTES = 8;
const SECRET_BYTES = 32;
/** The id, which is no secret, then 256 random bits. */
const FORM = /^orb_([0-9a-f]{16})_[\w-]{43}$/;

/** A token that was just made. Its text is shown once and never stored. */
export interface NewToken {
  /** 16 hexadecimal digits, also in the text itself, by which a stored token is found. */
  readonly id: string;
  readonly text: string;
  readonly digest: Buffer;
}

export function makeToken(): NewToken {
  const id = randomBytes(ID_BYTES).toString("hex");
  const text = `orb_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { id, text, digest: digestOf(text) };
}

/** @returns the id in a token of this form; `null` for any other text */
export function idIn(text: string): string | null {
  return FORM.exec(text)?.[1] ?? null;
}

/** SHA-256. A slow hash would protect nothing: nobody can guess 256 random bits. */
export function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
