import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Secret } from "../secret.ts";

const SECRET_BYTES = 32;
/** How long somebody may take on GitHub; its codes are good for as long. */
export const SIGN_IN_WITHIN_MS = 10 * 60_000;

const Begun = z.object({ secret: z.string().length(43), begunAtMs: z.number(), next: z.string().max(1_000) });

/** A sign-in with GitHub that somebody has begun. The browser keeps it in a cookie, and nobody else knows it. */
export type BegunSignIn = z.infer<typeof Begun>;

/** Writes the cookie, and reads only what it has written. Every instance with the same App does. */
export class BegunSignIns {
  readonly #key: Buffer;

  constructor(clientSecret: Secret) {
    this.#key = createHmac("sha256", clientSecret.reveal()).update("begun sign-ins").digest();
  }

  begin(next: string, now: Date): BegunSignIn {
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    return { secret, begunAtMs: now.getTime(), next };
  }

  /** @returns the value of the cookie */
  write(begun: BegunSignIn): string {
    const text = Buffer.from(JSON.stringify(begun)).toString("base64url");
    return `${text}.${this.#seal(text).toString("base64url")}`;
  }

  /** @returns `null` for a cookie that is not ours, or is too old */
  read(cookie: string, now: Date): BegunSignIn | null {
    const [text = "", seal = ""] = cookie.split(".");
    const given = Buffer.from(seal, "base64url");
    const expected = this.#seal(text);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const begun = Begun.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    return now.getTime() - begun.begunAtMs < SIGN_IN_WITHIN_MS ? begun : null;
  }

  #seal(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

/** What GitHub hands back with the code, so that nobody can bring a code of theirs into another's browser. */
export function stateOf({ secret }: BegunSignIn): string {
  return createHmac("sha256", secret).update("state").digest("base64url");
}

/** With this, a code is of no use to anybody who only saw it. https://datatracker.ietf.org/doc/html/rfc7636 */
export function verifierOf({ secret }: BegunSignIn): string {
  return createHmac("sha256", secret).update("verifier").digest("base64url");
}

export function challengeOf(begun: BegunSignIn): string {
  return createHash("sha256").update(verifierOf(begun)).digest("base64url");
}

/** Whether the state is that of the sign-in. The time of the comparison reveals nothing. */
export function isStateOf(given: string, begun: BegunSignIn): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(stateOf(begun))];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** What is remembered of a sign-in once it was used. */
export function markOf({ secret }: BegunSignIn): string {
  return createHash("sha256").update(secret).digest("hex");
}
