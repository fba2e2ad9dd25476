import { randomUUID } from "node:crypto";
import type { RedisClient } from "../../redis/client.ts";
import { toRedisFailure } from "../../redis/failure.ts";
import { RollingLimit } from "../../redis/rolling-limit.ts";
import { readUntil, storeUntil } from "../../redis/until.ts";
import type { GitHubTelemetry } from "../../telemetry/github.ts";
import { backOffMs } from "../../work/rules/back-off.ts";
import type { Pace } from "../../work/pace.ts";
import {
  type Asking,
  LINE_MAX,
  OwnWriteSlots,
  PLACE_KEPT_MS,
  WRITE_WAIT_MS_MAX,
  WRITES_RESERVED,
  type WriteSlot,
  type WriteSlots,
} from "./write-slots.ts";

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
  readonly #limit: RollingLimit;
  #restsUntilMs = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#own = new OwnWriteSlots(deps.pace);
    this.#limit = new RollingLimit(deps.redis, {
      windows: deps.pace.writeWindows,
      waitMaxMs: WRITE_WAIT_MS_MAX,
      reserved: WRITES_RESERVED,
      lineMax: LINE_MAX,
      placeKeptMs: PLACE_KEPT_MS,
    });
  }

  async take(who: string, asking: Asking): Promise<WriteSlot> {
    const slot = await this.#ofAll(asking.nowMs, () =>
      this.#limit.take(slotsOf(who), { ...asking, name: randomUUID() }),
    );
    if (!slot) return this.#own.take(who, asking);
    if (slot.taken) this.#own.note(who, slot.atMs);
    return slot;
  }

  async reserve(who: string, asking: Asking): Promise<WriteSlot> {
    const slot = await this.#ofAll(asking.nowMs, () => this.#limit.reserve(slotsOf(who), asking));
    return slot ?? this.#own.reserve(who, asking);
  }

  async leave(who: string, turn: string): Promise<void> {
    await this.#own.leave(who, turn);
    await this.#tell(() => this.#limit.leave(slotsOf(who), turn));
  }

  async pause(who: string, untilMs: number, nowMs: number): Promise<void> {
    await this.#own.pause(who, untilMs);
    await this.#tell(() => this.#limit.pause(slotsOf(who), { untilMs, nowMs }));
  }

  async limit(who: string, untilMs: number, nowMs: number): Promise<void> {
    await this.#own.limit(who, untilMs);
    await this.#tell(() => storeUntil(this.#deps.redis, limitOf(who), { untilMs, nowMs }));
  }

  async limitedUntil(who: string, nowMs: number): Promise<number> {
    const ofAll = await this.#ofAll(nowMs, () => readUntil(this.#deps.redis, limitOf(who)));
    return Math.max(ofAll ?? 0, await this.#own.limitedUntil(who));
  }

  /** @returns `null` without Redis, which then is not asked for a while */
  async #ofAll<T>(nowMs: number, question: () => Promise<T>): Promise<T | null> {
    if (nowMs < this.#restsUntilMs) return null;
    try {
      return await question();
    } catch (error) {
      this.#restsUntilMs = nowMs + backOffMs("redis_count");
      this.#report(error);
      return null;
    }
  }

  async #tell(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#deps.telemetry.setback("shared_write_slots", toRedisFailure(error));
  }
}

function slotsOf(who: string): string {
  return `orb:github-writes:${who}`;
}

function limitOf(who: string): string {
  return `orb:github-limit:${who}`;
}
