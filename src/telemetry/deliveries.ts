import { OrbError } from "../errors.ts";
import { FAST_SECONDS } from "../monitoring/metrics.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** GitHub's webhooks: the inbox, and deliveries that did not arrive. */
export class DeliveryTelemetry extends TelemetryPart<"delivery" | "delivery_loop" | "duplicate_payload"> {
  readonly #deliveries;
  readonly #ackDuration;
  readonly #redeliveries;
  readonly #gap;
  readonly #lag;
  readonly #dead;
  readonly #badSignatures;

  constructor(instruments: Instruments) {
    super(instruments);
    const { metrics } = instruments;
    this.#deliveries = metrics.counter({
      name: "orb_webhook_deliveries_total",
      help: "Webhook deliveries from GitHub: stored, duplicate, ignored or refused at the door; of those stored applied, ignored or dead in the end",
      labelNames: ["event", "outcome"],
    });
    this.#ackDuration = metrics.histogram({
      name: "orb_webhook_ack_duration_seconds",
      help: "From the headers of a delivery to it being stored, or known to need no storing",
      buckets: FAST_SECONDS,
    });
    this.#redeliveries = metrics.counter({
      name: "orb_webhook_redeliveries_total",
      help: "Deliveries that GitHub could not make, and what came of asking for them again",
      labelNames: ["outcome"],
      known: [{ outcome: "asked" }, { outcome: "gone" }, { outcome: "refused" }, { outcome: "lost" }],
    });
    this.#lag = metrics.gauge({
      name: "orb_delivery_lag_seconds",
      help: "For how long the oldest delivery that is not handled has waited; 0 if none waits",
    });
    this.#dead = metrics.gauge({
      name: "orb_dead_deliveries",
      help: "Deliveries that could not be handled in any attempt and can be replayed; counted up to 1 000",
    });
    this.#badSignatures = metrics.counter({
      name: "orb_webhook_bad_signatures_total",
      help: "Webhook deliveries that were not signed with WEBHOOK_SECRET",
    });
    this.#gap = metrics.gauge({
      name: "orb_webhook_gap_seconds",
      help: "For how long deliveries may have been missing; GitHub keeps them for 259 200",
    });
  }

  /** @param events all that are stored and handled; others are only counted */
  handles(events: Iterable<string>): void {
    for (const event of events) this.#deliveries.inc({ event, outcome: "dead" }, 0);
  }

  /** @param work from the headers of a delivery to its answer */
  acknowledging<T>(work: () => Promise<T>): Promise<T> {
    return this.monitor.trace("webhook.acknowledge", work);
  }

  /** @param answer its `outcome` is of a closed set, its `event` one of GitHub's */
  answered(answer: {
    event: string;
    outcome: string;
    deliveryId: string;
    requestId: string | null;
    durationMs: number;
  }): void {
    const { event, outcome, durationMs } = answer;
    this.#deliveries.inc({ event, outcome });
    this.#ackDuration.observe(durationMs / 1000);
    this.log.debug(answer, "webhook answered");
  }

  refused({
    error,
    ...refused
  }: {
    event: string;
    outcome: string;
    deliveryId: string;
    requestId: string | null;
    error: unknown;
  }): void {
    const { event, outcome } = refused;
    this.#deliveries.inc({ event, outcome });
    const message = "webhook refused";
    // Usually the operator's own mistake: the secret differs from GitHub's.
    if (error instanceof OrbError && error.code === "bad_signature") {
      this.#badSignatures.inc();
      const fields = { ...refused, problem: error.toRefusal() };
      this.calmly({ level: "warn", message, cause: error.code }, fields);
    } else this.log.debug({ ...refused, err: error }, message);
  }

  /** @param handled its `outcome` is of a closed set, its `event` one of GitHub's */
  handled(handled: { deliveryId: string; event: string; outcome: string; because: string }): void {
    const { event, outcome } = handled;
    this.#deliveries.inc({ event, outcome });
    this.log.debug(handled, "delivery handled");
  }

  quarantined({
    error,
    ...delivery
  }: {
    deliveryId: string;
    event: string;
    attempts: number;
    error: unknown;
  }): void {
    this.#deliveries.inc({ event: delivery.event, outcome: "dead" });
    this.log.error({ ...delivery, err: error }, "delivery quarantined");
    this.givenUp("delivery", error, delivery);
  }

  redeliveryRequested(requested: { event: string; deliveryId: string; outcome: "asked" | "gone" }): void {
    this.#redeliveries.inc({ outcome: requested.outcome });
    this.log.info(requested, "redelivery of a missed delivery requested");
  }

  /** It is asked for again later; the others are not affected. */
  redeliveryRefused({ error, ...refused }: { event: string; deliveryId: string; error: unknown }): void {
    this.#redeliveries.inc({ outcome: "refused" });
    this.log.warn({ ...refused, err: error }, "GitHub refused to redeliver a missed delivery");
  }

  /** @param seconds how long the oldest has waited */
  waits(seconds: number): void {
    this.#lag.set(seconds);
  }

  dead(deliveries: number): void {
    this.#dead.set(deliveries);
  }

  /** GitHub no longer keeps them. What they reported is found when pull requests are compared with GitHub. */
  lost(count: number): void {
    this.#redeliveries.inc({ outcome: "lost" }, count);
    this.log.error({ count }, "missed deliveries are lost: GitHub no longer redelivers them");
  }

  /** @param gap how far back deliveries may be missing */
  gap({ since, now, state }: { since: Date; now: Date; state: "closing" | "alarming" | "lost" }): void {
    this.#gap.set(Math.max(0, now.getTime() - since.getTime()) / 1000);
    if (state !== "closing") this.log.error({ since, state }, "deliveries have been missing for long");
  }
}
