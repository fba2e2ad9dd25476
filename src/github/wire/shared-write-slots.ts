import { randomUUID } from "node:crypto";
import type { RedisClient } from "../../redis/client.ts";
import { toRedisFailure } from "../../redis/failure.ts";
import { pauseRollingSlots, takeRollingSlot } from "../../redis/rolling-limit.ts";
import type { GitHubTelemetry } from "../../telemetry/github.ts";
import { backOffMs } from "../../work/rules/back-off.ts";
import type { Pace } from "../../work/pace.ts";
import { OwnWriteSlots, type WriteSlot, type WriteSlots } from "./write-slots.ts";

interface Deps {
  readonly redis: RedisClient;
  readonly telemetry: GitHubTelemetry;
  readonly pace: Pick<Pace, "writeWindows">;
}

/**
 * Counts writes in Redis, for all processes together. While Redis is unavailable, each process counts only its own
 * writes: together they may exceed GitHub's limit; GitHub then refuses, and the work waits.
 */
export class SharedWriteSlots implements WriteSlots {
  readonly #deps: Deps;
  readonly #own: OwnWriteSlots;
  #restsUntilMs = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#own = new OwnWriteSlots(deps.pace);
  }

  async take(who: string, nowMs: number, waitMaxMs: number): Promise<WriteSlot> {
    const slot = nowMs < this.#restsUntilMs ? null : await this.#ofAll(who, nowMs, waitMaxMs);
    if (!slot) return this.#own.take(who, nowMs, waitMaxMs);
    if (slot.taken) this.#own.note(who, slot.atMs);
    return slot;
  }

  async pause(who: string, untilMs: number, nowMs: number): Promise<void> {
    await this.#own.pause(who, untilMs);
    try {
      await pauseRollingSlots(this.#deps.redis, keyOf(who), { untilMs, nowMs });
    } catch (error) {
      this.#deps.telemetry.setback("shared_write_slots", error);
    }
  }

  async #ofAll(who: string, nowMs: number, waitMaxMs: number): Promise<WriteSlot | null> {
    try {
      return await takeRollingSlot(this.#deps.redis, keyOf(who), {
        name: randomUUID(),
        nowMs,
        waitMaxMs,
        windows: this.#deps.pace.writeWindows,
      });
    } catch (error) {
      this.#restsUntilMs = nowMs + backOffMs("redis_count");
      this.#deps.telemetry.setback("shared_write_slots", toRedisFailure(error));
      return null;
    }
  }
}

function keyOf(who: string): string {
  return `orb:github-writes:${who}`;
}
