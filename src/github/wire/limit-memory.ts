import { LRUCache } from "lru-cache";
import { OrbError } from "../../errors.ts";
import { backOffMs } from "../../work/rules/back-off.ts";
import { isGitHubFailure, refusalIn, toOrbError } from "./failure.ts";
import { isContentLimit } from "./rules/limit-wait.ts";
import type { WriteSlots } from "./write-slots.ts";

interface Deps {
  readonly slots: Pick<WriteSlots, "pause" | "limit" | "limitedUntil">;
  readonly now: () => Date;
}

/** With more installations than this, the limit of the one that was asked longest ago is forgotten first. */
const REMEMBERED_MAX = 10_000;

/**
 * Remembers until when GitHub refuses the requests of an installation because there were too many, and sends none before:
 * each would only prolong the limit. After too much was created in a short time GitHub refuses only writes, so reads go
 * on; each time that it refuses again after such a pause, the next pause is longer.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
export class LimitMemory {
  readonly #deps: Deps;
  readonly #untilMs = new LRUCache<string, number>({ max: REMEMBERED_MAX });
  /** How often in a row GitHub refused because too much was created. */
  readonly #refusals = new LRUCache<string, number>({ max: REMEMBERED_MAX });

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Asks what other processes found out. Call it when work begins, and not for each request.
   *
   * @throws OrbError `rate_limited`, with the end of the limit
   */
  async learn(who: string): Promise<void> {
    const untilMs = await this.#deps.slots.limitedUntil(who, this.#deps.now().getTime());
    if (untilMs > (this.#untilMs.get(who) ?? 0)) this.#untilMs.set(who, untilMs);
    this.requireNone(who);
  }

  /** @throws OrbError `rate_limited`, with the end of the limit */
  requireNone(who: string): void {
    const untilMs = this.#untilMs.get(who) ?? 0;
    if (untilMs <= this.#deps.now().getTime()) return;
    throw new OrbError(
      {
        code: "rate_limited",
        reason: "GitHub asked the bot to send no more requests for this installation for a while.",
        remedy: "No action needed: the bot continues when GitHub allows it.",
      },
      { retryAt: new Date(untilMs) },
    );
  }

  /** Sends one request, unless GitHub would refuse it. @throws OrbError `rate_limited`, or what `request` throws */
  async send<T extends { readonly data: unknown; readonly headers: object }>(
    who: string,
    request: () => Promise<T>,
    { writes }: { readonly writes: boolean },
  ): Promise<T> {
    const { now } = this.#deps;
    this.requireNone(who);
    try {
      const response = await request();
      const refusal = refusalIn(response, now());
      if (refusal !== null) await this.#note(who, refusal);
      else if (writes) this.#refusals.delete(who);
      return response;
    } catch (error) {
      await this.#note(who, toOrbError(error, now()));
      throw error;
    }
  }

  async #note(who: string, refusal: unknown): Promise<void> {
    if (!isGitHubFailure(refusal, "rate_limited") || refusal.retryAt === null) return;
    const { slots, now } = this.#deps;
    const nowMs = now().getTime();
    const retryMs = refusal.retryAt.getTime();
    if (!isContentLimit(refusal.message)) {
      this.#untilMs.set(who, Math.max(retryMs, this.#untilMs.get(who) ?? 0));
      return slots.limit(who, retryMs, nowMs);
    }
    const refusals = (this.#refusals.get(who) ?? 0) + 1;
    this.#refusals.set(who, refusals);
    const grownMs = backOffMs("content_limit", { failures: refusals });
    await slots.pause(who, Math.max(retryMs, nowMs + grownMs), nowMs);
  }
}
