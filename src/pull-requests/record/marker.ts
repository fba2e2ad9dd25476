import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../secret.ts";
import type { PullRequestName } from "../../telemetry/pull-requests.ts";
import { keyOf } from "./record.ts";
import { ownWords, type SafeMarkdown } from "../../text/safe.ts";

const MARKER = /<!-- orb:pull-request ([A-Za-z0-9_-]{43}) -->/g;

/**
 * The hidden line by which the bot recognises its own pull requests if the answer to their creation was lost. It is
 * a MAC over project, repository and branch: copied into another pull request, it proves nothing.
 */
export class Marker {
  readonly #key: Uint8Array;

  /** @param secret known to every instance of the bot and to nobody else: the App's private key */
  constructor(secret: Secret) {
    this.#key = new Uint8Array(hkdfSync("sha256", secret.reveal(), "", "orb pull request marker", 32));
  }

  of(name: PullRequestName): SafeMarkdown {
    return ownWords(`<!-- orb:pull-request ${this.#mac(name)} -->`);
  }

  /** Whether a description has the marker of exactly this project, repository and branch. */
  isIn(body: string, name: PullRequestName): boolean {
    const expected = Buffer.from(this.#mac(name));
    // GitHub's limit on descriptions bounds how many there can be.
    const found = [...body.matchAll(MARKER)];
    return found.some((match) => timingSafeEqual(Buffer.from(match[1] ?? ""), expected));
  }

  #mac(name: PullRequestName): string {
    return createHmac("sha256", this.#key).update(keyOf(name)).digest("base64url");
  }
}
