import type { Config } from "../config.ts";
import type { HttpServer } from "../http/http-server.ts";
import { RequestLimits } from "../http/limit-requests.ts";
import type { Database } from "../mongo/database.ts";
import type { RedisClient } from "../redis/client.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import type { Instruments } from "../telemetry/part.ts";
import { RateLimitTelemetry } from "../telemetry/rate-limits.ts";
import type { Worker } from "../work/worker.ts";
import { RateLimits } from "./limits.ts";
import { limitsInForce } from "./limits-in-force.ts";
import { RedisLink } from "./redis-link.ts";
import { LIMITS_COLLECTION, LimitStore } from "./store.ts";

/** The parts that the routes use. */
export interface RateLimitParts {
  readonly limits: RateLimits;
  readonly store: LimitStore;
  /** Brings what is stored into force in this process. */
  readonly bringIntoForce: () => Promise<void>;
  readonly telemetry: RateLimitTelemetry;
  readonly now: () => Date;
}

interface Needs {
  readonly config: Config["rateLimits"];
  readonly database: Database;
  /** A connection of its own, `connectImpatiently`; `null`: each process counts alone. */
  readonly redis: RedisClient | null;
  readonly doors: readonly Door<RateLimitParts>[];
  readonly instruments: Instruments;
  readonly worker: Worker;
}

interface RateLimitSubject extends Subject {
  readonly requestLimits: RequestLimits;
}

/** How many requests a caller and an address may send. Only a process that serves HTTP counts, and is counted as an instance. */
export function rateLimits({ config, database, redis, doors, instruments, worker }: Needs): RateLimitSubject {
  const { owner, now, random, pace } = worker;
  const telemetry = new RateLimitTelemetry(instruments);
  const store = new LimitStore(database);
  const link =
    redis && new RedisLink({ client: redis, owner, telemetry, random, withinMs: pace.countedWithinMs });
  const nowMs = () => performance.now();
  const limits = new RateLimits({ link, limits: config.limits, telemetry, nowMs });
  const inForce = limitsInForce({ store, limits, telemetry });
  const bringIntoForce = () => inForce.read();
  const runWith = (server: HttpServer) => {
    let isListening = false;
    // A server that is only asked for its description counts nobody.
    server.addHook("onListen", async () => {
      isListening = true;
      await Promise.all([link?.start(), inForce.read()]);
    });
    server.addHook("onClose", async () => {
      if (!isListening) return;
      inForce.stop();
      await link?.stop();
    });
  };
  const parts = { limits, store, bringIntoForce, telemetry, now };
  return {
    requestLimits: new RequestLimits({ limits, telemetry, random, config }),
    routes: [runWith, ...bindDoors(doors, parts)],
    hears: [{ collection: LIMITS_COLLECTION, orChanged: ["limit"], listener: () => void bringIntoForce() }],
  };
}
