import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Secret } from "../secret.ts";

const HEADER = /^sha256=([0-9a-f]{64})$/i;

/** Checks a signature while the bytes arrive. */
export interface SignatureCheck {
  /** Adds the next raw bytes of the body. */
  update(bytes: Uint8Array): void;
  /** Whether the header is the signature of all bytes so far. Call it once, at the end. */
  matches(): boolean;
}

/**
 * Checks `X-Hub-Signature-256` over the raw bytes, in constant time, before the body is parsed.
 *
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export class Signatures {
  readonly #key: KeyObject;

  constructor(secret: Secret) {
    this.#key = createSecretKey(secret.reveal(), "utf8");
  }

  /** Returns the header that GitHub would send with these bytes. */
  sign(bytes: Uint8Array): string {
    return `sha256=${createHmac("sha256", this.#key).update(bytes).digest("hex")}`;
  }

  /** @returns `null` if the header can't be a signature of any body */
  begin(header: string | undefined): SignatureCheck | null {
    const [, hex] = HEADER.exec(header ?? "") ?? [];
    if (hex === undefined) return null;
    const claimed = Buffer.from(hex, "hex");
    const hmac = createHmac("sha256", this.#key);
    return {
      update: (bytes) => void hmac.update(bytes),
      matches: () => timingSafeEqual(hmac.digest(), claimed),
    };
  }
}
