import { once } from "node:events";
import type { RedisClient } from "../redis/client.ts";
import { redisUnavailable } from "../redis/failure.ts";
import type { RateLimitTelemetry } from "../telemetry/rate-limits.ts";
import { defineLog } from "./sliding-log.ts";

/** How long a start waits for the connection. */
const CONNECTED_MS_MAX = 1_000;
/** While Redis counts: how often a process shows that it is there. */
const SHOWN_EVERY_MS = 5_000;
/** A process that did not show itself for so long is not counted. */
const GONE_AFTER_MS = 4 * SHOWN_EVERY_MS;
/** While Redis does not count: how often it is tried. */
const TRIED_EVERY_MS = 250;
/** Made once: in an outage every request meets it, and an error takes longer to make than a count in memory. */
const AWAY = redisUnavailable(new Error("It did not answer when it was last tried"));
const INSTANCES_KEY = "orb:rate-limit:instances";

// A write, so that a replica and a server without memory fail it as they would fail a count. The clock may have been set back.
const SHOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gone = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - gone)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('PEXPIRE', KEYS[1], gone)
return redis.call('ZCARD', KEYS[1])
`;

interface WithShow {
  orbShowInstance(keyCount: 1, key: string, owner: string, goneAfterMs: number): Promise<number>;
}

interface Options {
  /** Its commands fail at once if it has no connection: `connectImpatiently`. */
  readonly client: RedisClient;
  /** The name of this process. */
  readonly owner: string;
  readonly telemetry: RateLimitTelemetry;
  /** The longest that a request waits for an answer. */
  readonly withinMs: number;
  /** Returns a number in [0, 1). */
  readonly random: () => number;
}

/**
 * What the limiters know about their Redis: whether it counts, and how many processes count with it. The first question without
 * an answer costs `withinMs`; after it nobody waits, until a try has succeeded. One process tries with one command at a time.
 */
export class RedisLink {
  readonly client: RedisClient;
  readonly #options: Options;
  #isUp = false;
  /** Of the last time when Redis could be asked. */
  #instances = 1;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = true;
  #gap = 0;

  constructor(options: Options) {
    this.#options = options;
    this.client = options.client;
    defineLog(this.client);
    this.client.defineCommand("orbShowInstance", { lua: SHOW });
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** How many processes admit requests, this one included. */
  get instances(): number {
    return this.#instances;
  }

  /** Resolves after the first try, whether Redis answers or not. */
  async start(): Promise<void> {
    this.#isStopped = false;
    if (this.client.status !== "ready") {
      await once(this.client, "ready", { signal: AbortSignal.timeout(CONNECTED_MS_MAX) }).catch(() => {});
    }
    await this.#try();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    if (!this.#isUp) return;
    await this.#within(this.client.zrem(INSTANCES_KEY, this.#options.owner)).catch(() => {});
  }

  /** @throws if Redis does not count, does not answer in time, or refuses */
  ask<T>(question: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.#isUp) return Promise.reject(AWAY);
    const gap = this.#gap;
    return this.#within(question(this.client), (error) => {
      // A late failure from before a recovery is no news.
      if (gap === this.#gap) this.#lose(error);
    });
  }

  #lose(error: unknown): void {
    this.#options.telemetry.redisLost(error);
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#gap += 1;
    this.#tryLater(TRIED_EVERY_MS);
  }

  async #try(): Promise<void> {
    const { owner, telemetry } = this.#options;
    const client = this.client as unknown as WithShow;
    try {
      this.#instances = await this.#within(client.orbShowInstance(1, INSTANCES_KEY, owner, GONE_AFTER_MS));
      if (!this.#isUp) {
        telemetry.redisCounts(this.#instances);
        void this.#warnIfItForgets();
      }
      this.#isUp = true;
      this.#tryLater(SHOWN_EVERY_MS);
    } catch (error) {
      this.#isUp = false;
      if (!this.#isStopped) telemetry.redisLost(error);
      // Its address may lead to another server by the next try.
      if (String(error).startsWith("ReplyError: READONLY")) this.client.disconnect(true);
      this.#tryLater(TRIED_EVERY_MS);
    }
  }

  /** Counts expire, and those are what most policies evict first. A user who may not ask for it gets no warning. */
  async #warnIfItForgets(): Promise<void> {
    const memory = await this.client.info("memory").catch(() => "");
    const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? "noeviction";
    const isLimited = !/^maxmemory:0\s/m.test(memory);
    if (isLimited && policy !== "noeviction") this.#options.telemetry.redisForgets(policy);
  }

  #tryLater(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    const waitMs = ms * (1 - this.#options.random() / 2);
    this.#timer = setTimeout(() => void this.#try(), waitMs).unref();
  }

  /**
   * An answer, unless it takes too long. If this process itself was busy for so long, the answer may have come meanwhile: Node
   * reads what has arrived before it calls `setImmediate`.
   */
  #within<T>(answer: Promise<T>, onFailure: (error: unknown) => void = () => {}): Promise<T> {
    const { withinMs } = this.#options;
    // With callbacks, because each further promise costs a percent of a decision.
    return new Promise((resolve, reject) => {
      let isSettled = false;
      const fail = (error: unknown): void => {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(timer);
        onFailure(error);
        reject(error);
      };
      const giveUp = () => fail(redisUnavailable(new Error(`It did not answer within ${withinMs} ms`)));
      const timer = setTimeout(() => setImmediate(giveUp), withinMs);
      answer.then((value) => {
        isSettled = true;
        clearTimeout(timer);
        return resolve(value);
      }, fail);
    });
  }
}
