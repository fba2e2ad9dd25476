import { OrbError } from "../errors.ts";
import type { FailedDeliveries } from "../github/deeds/app-deliveries.ts";
import type { DeliveryTelemetry } from "../telemetry/deliveries.ts";
import { backOffMs } from "../work/rules/back-off.ts";
import type { MissedDelivery, MissedDeliveryStore } from "./missed-store.ts";
import { gapOf, canResume, KEPT_BY_GITHUB_MS, readBackMs } from "./rules/repair-window.ts";

/** The inbox, as far as it has to be known whether something arrived. */
export interface Arrived {
  /** Which of these deliveries are stored, whatever has become of them. */
  has(guids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** GitHub's log of deliveries. */
export interface DeliveryLog {
  failedDeliveries(cursor: string | null): Promise<FailedDeliveries>;
  redeliver(attemptId: number): Promise<"asked" | "gone">;
}

interface Deps {
  readonly github: DeliveryLog;
  readonly inbox: Arrived;
  readonly store: MissedDeliveryStore;
  readonly telemetry: DeliveryTelemetry;
  readonly now: () => Date;
  readonly random: () => number;
}

/** Of GitHub's log, 100 attempts each. The next run goes on where this one stops. */
const PAGES_PER_RUN_MAX = 50;
/**
 * One after the other, and a run a minute: so 2 000 missed deliveries are back within ten minutes. That is about what
 * GitHub lets an App ask for in a minute; where it is too much GitHub says until when to wait, and that is done.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
const REDELIVERIES_PER_RUN_MAX = 200;
/** Whether it arrived is one question for all of them, so those that did take nobody's place. */
const LOOKED_FOR_PER_RUN_MAX = 2_000;
const AGAIN_IN_MS = backOffMs("job_cut_short");
/** What is to be asked for again, or looked whether it arrived, later than this, waits for the next regular run. */
const AWAITED_MS_MAX = 10 * 60_000;

/** What the clock is told after a run. */
interface Repaired {
  /** Where there is more to do than one run may, or soon; or where GitHub wants to be left alone for so long. */
  readonly againInMs?: number | undefined;
  /** Whether it is GitHub's wish. */
  readonly resting?: boolean;
}

/**
 * Gets back what GitHub could not deliver: GitHub itself tries only once. An attempt is answered with 2xx only after
 * it was stored, so whatever failed and is not in the inbox is missed, and nothing else is.
 *
 * https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
 */
export class MissedDeliveries {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Reads GitHub's log on, and has delivered again what is missed: a bounded part of both.
   *
   * @param events that have a handler: nobody misses others
   * @throws OrbError with a code of `classifyFailure`; what was found is kept
   */
  async repair(events: ReadonlySet<string>): Promise<Repaired> {
    const { now } = this.#deps;
    try {
      const read = await this.#readLog(events);
      const asked = await this.#askAgain();
      return { againInMs: read === "all" && asked === "all" ? await this.#awaitedMs() : AGAIN_IN_MS };
    } catch (error) {
      if (!(error instanceof OrbError) || error.retryAt === null) throw error;
      const restMs = error.retryAt.getTime() - now().getTime();
      return { againInMs: Math.max(AGAIN_IN_MS, restMs), resting: true };
    }
  }

  /** Until the first of those asked for is to be looked for; `undefined` where that is not soon, or none is missed. */
  async #awaitedMs(): Promise<number | undefined> {
    const { store, now } = this.#deps;
    const next = await store.nextDue();
    const awaitedMs = next === null ? Infinity : next.getTime() - now().getTime();
    return awaitedMs < AWAITED_MS_MAX ? Math.max(AGAIN_IN_MS, awaitedMs) : undefined;
  }

  /**
   * From the newest back to what was read before; each page is kept before the next is asked for. What the inbox has is
   * left out: the part that is read twice would bring it back each time, before what is still missed.
   */
  async #readLog(events: ReadonlySet<string>): Promise<"all" | "more"> {
    const { github, store, inbox, now } = this.#deps;
    const mark = await store.mark();
    const { readTo } = mark;
    this.#watch(readTo);
    const downTo = new Date(now().getTime() - readBackMs(readTo, now()));
    const underWay = mark.reading && canResume(mark.reading.beganAt, now()) ? mark.reading : null;
    const beganAt = underWay?.beganAt ?? now();
    let at = underWay?.cursor ?? null;
    for (let page = 0; page < PAGES_PER_RUN_MAX; page++) {
      const { attempts, cursor } = await github.failedDeliveries(at);
      const recent = attempts.filter(({ deliveredAt }) => deliveredAt >= downTo);
      const wanted = recent.filter(({ event }) => events.has(event));
      const arrived = await inbox.has(wanted.map(({ guid }) => guid));
      await store.add(
        wanted.filter(({ guid }) => !arrived.has(guid)),
        now(),
      );
      if (cursor === null || recent.length < attempts.length) {
        await store.setMark({ readTo: beganAt, reading: null });
        return "all";
      }
      at = cursor;
      await store.setMark({ readTo, reading: { beganAt, cursor } });
    }
    return "more";
  }

  async #askAgain(): Promise<"all" | "more"> {
    const { store, inbox, telemetry, now } = this.#deps;
    const lost = await store.forgetBefore(new Date(now().getTime() - KEPT_BY_GITHUB_MS));
    if (lost > 0) telemetry.lost(lost);
    const due = await store.due(now(), LOOKED_FOR_PER_RUN_MAX);
    const arrived = await inbox.has(due.map(({ _id }) => _id));
    await store.forget([...arrived]);
    const missing = due.filter(({ _id }) => !arrived.has(_id));
    for (const missed of missing.slice(0, REDELIVERIES_PER_RUN_MAX)) await this.#redeliver(missed);
    this.#watch(await store.oldest());
    const isAll = due.length < LOOKED_FOR_PER_RUN_MAX && missing.length <= REDELIVERIES_PER_RUN_MAX;
    return isAll ? "all" : "more";
  }

  /** What is asked for is remembered first: who dies in between has asked too seldom, not twice. */
  async #redeliver(missed: MissedDelivery): Promise<void> {
    const { github, store, telemetry, now, random } = this.#deps;
    const guid = missed._id;
    const againMs = backOffMs("redelivery", { failures: missed.redeliveries + 1, random: random() });
    await store.begin(guid, { againAt: new Date(now().getTime() + againMs) });
    try {
      const outcome = await github.redeliver(missed.attemptId);
      telemetry.redeliveryRequested({ event: missed.event, guid, outcome });
      if (outcome === "gone") await store.forget([guid]);
    } catch (error) {
      await store.takeBack(missed, { dueAt: now() });
      throw error;
    }
  }

  /** Says how old the gap is, aloud where it grows too old. */
  #watch(since: Date | null): void {
    const { telemetry, now } = this.#deps;
    const at = now();
    telemetry.gap({ since: since ?? at, now: at, state: gapOf(since ?? at, at) });
  }
}
