import { serializeList } from "structured-headers";
import { WINDOW_MS } from "./categories.ts";
import type { Count } from "./counted.ts";

/** The part of the window by which clients that were refused together come back at different times. */
const SPREAD = 0.1;

interface Limited {
  /** The name of the policy. */
  readonly policy: string;
  readonly count: Count;
}

/**
 * `RateLimit-Policy` and `RateLimit`: `r` is how many requests are left, `t` the whole seconds until there is room for one more:
 * until then the client can send no more than `r`. Draft 11 renames what they mean, remaining and reset, to available quota and
 * effective window, and changes nothing of their form.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateLimitFields(
  { policy, count: { used, limit, freesInMs, waitMs } }: Limited,
  draft: "10" | "11" | "off",
): Readonly<Record<string, string>> {
  if (draft === "off") return {};
  const window = WINDOW_MS / 1_000;
  const seconds = Math.ceil((waitMs > 0 ? waitMs : freesInMs) / 1_000);
  return {
    "RateLimit-Policy": serializeList([
      [
        policy,
        new Map([
          ["q", limit],
          ["w", window],
        ]),
      ],
    ]),
    RateLimit: serializeList([
      [
        policy,
        new Map([
          ["r", Math.max(0, limit - used)],
          ["t", seconds],
        ]),
      ],
    ]),
  };
}

/**
 * `Retry-After` of a refusal, in whole seconds: a client that waits for so long finds room. If the same subject was refused a
 * moment before, its clients are spread over a tenth of the window, because only one of them would find room.
 *
 * @param random in [0, 1)
 */
export function retryAfterSeconds(
  waitMs: number,
  { isRepeated, random }: { readonly isRepeated: boolean; readonly random: number },
): number {
  const spreadMs = isRepeated ? WINDOW_MS * SPREAD * random : 0;
  return Math.max(1, Math.ceil((waitMs + spreadMs) / 1_000));
}
