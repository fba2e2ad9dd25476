import { OrbError } from "../errors.ts";
import type { FailedDeliveries } from "../github/deeds/app-deliveries.ts";
import { isGitHubFailure } from "../github/wire/failure.ts";
import type { FailureCode } from "../github/wire/rules/failure-codes.ts";
import type { DeliveryTelemetry } from "../telemetry/deliveries.ts";
import { backOffMs } from "../work/rules/back-off.ts";
import type { MissedDelivery, MissedDeliveryStore } from "./missed-store.ts";
import { gapOf, canResume, KEPT_BY_GITHUB_MS, readBackMs } from "./rules/repair-window.ts";

/** The part of the inbox that says whether a delivery arrived. */
export interface Arrived {
  /** Which of these deliveries are stored, with any status. */
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

/** Pages of GitHub's log, 100 attempts each. The next run continues where this one stops. */
const PAGES_PER_RUN_MAX = 50;
/**
 * One after the other, and one run a minute: so 2 000 missed deliveries return within ten minutes. That is about what
 * GitHub allows an App per minute. If it is too much, GitHub says how long to wait, and the bot waits.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
const REDELIVERIES_PER_RUN_MAX = 200;
/** One query finds which of these have arrived, so those do not use up the redeliveries of a run. */
const CHECKED_PER_RUN_MAX = 2_000;
const AGAIN_IN_MS = backOffMs("job_cut_short");
/** Redeliveries and checks that are due later than this wait for the next regular run. */
const AWAITED_MS_MAX = 10 * 60_000;

/** After these GitHub would not answer the next question either. Any other refusal is about one delivery. */
const ENDS_ROUND: ReadonlySet<string> = new Set<FailureCode>([
  "rate_limited",
  "github_unavailable",
  "bad_credentials",
]);

/** The result of a run, for the clock. */
interface Repaired {
  /** Set if one run may not do all the work, if more is due soon, or if GitHub asks to wait. */
  readonly againInMs?: number | undefined;
  /** Whether GitHub asked for the wait. */
  readonly resting?: boolean;
}

/**
 * Recovers the deliveries that failed, because GitHub itself tries only once. The bot answers 2xx only after storing a
 * delivery, so exactly the failed deliveries that are not in the inbox are missed.
 *
 * https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
 */
export class MissedDeliveries {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Continues reading GitHub's log, and requests missed deliveries again: a bounded part of both.
   *
   * @param events that have a handler; others are never missed
   * @param stopping ends the run between two requests
   * @throws OrbError with a code of `classifyFailure`; the failures found before stay recorded
   */
  async repair(events: ReadonlySet<string>, stopping?: AbortSignal): Promise<Repaired> {
    const { now } = this.#deps;
    try {
      const read = await this.#readLog(events, stopping);
      const asked = await this.#askAgain(stopping);
      return { againInMs: read === "all" && asked === "all" ? await this.#awaitedMs() : AGAIN_IN_MS };
    } catch (error) {
      if (!(error instanceof OrbError) || error.retryAt === null) throw error;
      const restMs = error.retryAt.getTime() - now().getTime();
      return { againInMs: Math.max(AGAIN_IN_MS, restMs), resting: true };
    }
  }

  /** The time until the next redelivery or check; `undefined` if it is not soon, or if none is missed. */
  async #awaitedMs(): Promise<number | undefined> {
    const { store, now } = this.#deps;
    const next = await store.nextDue();
    const awaitedMs = next === null ? Infinity : next.getTime() - now().getTime();
    return awaitedMs < AWAITED_MS_MAX ? Math.max(AGAIN_IN_MS, awaitedMs) : undefined;
  }

  /**
   * Reads from the newest attempt back to where the last reading began; each page is recorded before the next is requested.
   * Deliveries in the inbox are left out: the part that is read twice would add them again, before those still missed.
   */
  async #readLog(events: ReadonlySet<string>, stopping?: AbortSignal): Promise<"all" | "more"> {
    const { store, inbox, now } = this.#deps;
    const mark = await store.mark();
    const { readTo } = mark;
    this.#watch(readTo);
    const downTo = new Date(now().getTime() - readBackMs(readTo, now()));
    const underWay = mark.reading && canResume(mark.reading.beganAt, now()) ? mark.reading : null;
    const beganAt = underWay?.beganAt ?? now();
    let at = underWay?.cursor ?? null;
    for (let page = 0; page < PAGES_PER_RUN_MAX; page++) {
      if (stopping?.aborted) return "more";
      const { attempts, cursor } = await this.#page(at, readTo);
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

  /** If GitHub refuses a cursor, the next run begins again at the newest attempt. */
  async #page(cursor: string | null, readTo: Date | null): Promise<FailedDeliveries> {
    const { github, store } = this.#deps;
    try {
      return await github.failedDeliveries(cursor);
    } catch (error) {
      if (cursor !== null && error instanceof OrbError && !ENDS_ROUND.has(error.code))
        await store.setMark({ readTo, reading: null });
      throw error;
    }
  }

  async #askAgain(stopping?: AbortSignal): Promise<"all" | "more"> {
    const { store, inbox, telemetry, now } = this.#deps;
    const lost = await store.forgetBefore(new Date(now().getTime() - KEPT_BY_GITHUB_MS));
    if (lost > 0) telemetry.lost(lost);
    const due = await store.due(now(), CHECKED_PER_RUN_MAX);
    const arrived = await inbox.has(due.map(({ _id }) => _id));
    await store.forget([...arrived]);
    const missing = due.filter(({ _id }) => !arrived.has(_id));
    for (const missed of missing.slice(0, REDELIVERIES_PER_RUN_MAX)) {
      if (stopping?.aborted) return "more";
      await this.#redeliver(missed);
    }
    this.#watch(await store.oldest());
    const isAll = due.length < CHECKED_PER_RUN_MAX && missing.length <= REDELIVERIES_PER_RUN_MAX;
    return isAll ? "all" : "more";
  }

  /**
   * The request is recorded first: a process that dies in between has asked once too few, not twice. A refusal is about this
   * delivery alone, so it waits while the others continue.
   *
   * @throws OrbError if GitHub would not answer the others either
   */
  async #redeliver(missed: MissedDelivery): Promise<void> {
    const { github, store, telemetry, now, random } = this.#deps;
    const guid = missed._id;
    const againMs = backOffMs("redelivery", { failures: missed.redeliveries + 1, random: random() });
    await store.begin(guid, { againAt: new Date(now().getTime() + againMs) });
    const asked = { event: missed.event, deliveryId: guid };
    try {
      const outcome = await github.redeliver(missed.attemptId);
      telemetry.redeliveryRequested({ ...asked, outcome });
      if (outcome === "asked") return;
    } catch (error) {
      if (isGitHubFailure(error, "rate_limited", "bad_credentials"))
        await store.takeBack(missed, { dueAt: now() });
      // GitHub may fail at this delivery alone, so after an outage it is not the first again.
      if (!(error instanceof OrbError) || ENDS_ROUND.has(error.code)) throw error;
      telemetry.redeliveryRefused({ ...asked, error });
      return;
    }
    await store.forget([guid]);
    telemetry.lost(1);
  }

  /** Reports the age of the gap; telemetry raises the alarm if it grows too old. */
  #watch(since: Date | null): void {
    const { telemetry, now } = this.#deps;
    const at = now();
    telemetry.gap({ since: since ?? at, now: at, state: gapOf(since ?? at, at) });
  }
}
