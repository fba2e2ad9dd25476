import { backOffMs } from "../../work/rules/back-off.ts";
import { isGitHubFailure, refusalIn, toOrbError } from "./failure.ts";
import { isContentLimit, isSecondaryLimit } from "./rules/limit-wait.ts";
import type { WriteSlots } from "./write-slots.ts";

interface Deps {
  readonly slots: WriteSlots;
  readonly now: () => Date;
}

/**
 * Sends the writes of one installation. If GitHub refuses one because there were too many, all others wait too: sending them
 * would only prolong the limit. Each time that GitHub refuses again after a pause, the next pause is longer.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
export class PauseAfterLimit {
  readonly #who: string;
  readonly #deps: Deps;
  #refusals = 0;

  constructor(who: string, deps: Deps) {
    this.#who = who;
    this.#deps = deps;
  }

  async send<T extends { readonly data: unknown; readonly headers: object }>(
    write: () => Promise<T>,
  ): Promise<T> {
    const { now } = this.#deps;
    try {
      const response = await write();
      await this.#note(refusalIn(response, now()));
      return response;
    } catch (error) {
      await this.#note(toOrbError(error, now()));
      throw error;
    }
  }

  /** @param refusal `null` after a success */
  async #note(refusal: unknown): Promise<void> {
    if (refusal === null) this.#refusals = 0;
    if (!isGitHubFailure(refusal, "rate_limited") || refusal.retryAt === null) return;
    const ofContent = isContentLimit(refusal.message);
    if (!ofContent && !isSecondaryLimit(refusal.message)) return;
    this.#refusals += 1;
    const nowMs = this.#deps.now().getTime();
    const grownMs = ofContent ? backOffMs("content_limit", { failures: this.#refusals }) : 0;
    const untilMs = Math.max(refusal.retryAt.getTime(), nowMs + grownMs);
    await this.#deps.slots.pause(this.#who, untilMs, nowMs);
  }
}
