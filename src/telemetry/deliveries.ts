import type { Logger } from "../monitoring/logger.ts";
import type { Metrics } from "../monitoring/metrics.ts";

/** What becomes of GitHub's webhooks: the part of `Telemetry` that is about the inbox. */
export class DeliveryTelemetry {
  protected readonly log: Logger;
  protected readonly metrics: Metrics;

  constructor({ log, metrics }: { log: Logger; metrics: Metrics }) {
    this.log = log;
    this.metrics = metrics;
  }

  /** `outcome` is of a closed set, `event` one that GitHub has. */
  webhookAnswered(answer: { event: string; outcome: string; deliveryId: string; durationMs: number }): void {
    const { event, outcome, durationMs } = answer;
    this.metrics.webhookDeliveries.inc({ event, outcome });
    this.metrics.webhookAckDuration.observe(durationMs / 1000);
    this.log.debug(answer, "webhook answered");
  }

  webhookRefused(refused: { event: string; outcome: string; deliveryId: string; error: unknown }): void {
    const { event, outcome, deliveryId, error } = refused;
    this.metrics.webhookDeliveries.inc({ event, outcome });
    this.log.debug({ event, outcome, deliveryId, err: error }, "webhook refused");
  }

  /** `outcome` is of a closed set, `event` one that GitHub has. */
  deliveryHandled(handled: { id: string; event: string; outcome: string; because: string }): void {
    const { event, outcome } = handled;
    this.metrics.webhookDeliveries.inc({ event, outcome });
    this.log.debug(handled, "delivery handled");
  }

  deliveryDead({
    id,
    event,
    attempts,
    error,
  }: {
    id: string;
    event: string;
    attempts: number;
    error: unknown;
  }) {
    this.metrics.webhookDeliveries.inc({ event, outcome: "dead" });
    this.log.error({ id, event, attempts, err: error }, "delivery set aside");
  }

  redeliveryAsked(asked: { event: string; guid: string; outcome: "asked" | "gone" }): void {
    this.metrics.webhookRedeliveries.inc({ outcome: asked.outcome });
    this.log.info(asked, "missed delivery asked for again");
  }

  /** GitHub keeps them no longer; what they told is found when pull requests are compared with GitHub. */
  deliveriesLost(count: number): void {
    this.metrics.webhookRedeliveries.inc({ outcome: "lost" }, count);
    this.log.error({ count }, "missed deliveries are lost: GitHub could not deliver them for three days");
  }

  /** @param gap how far back deliveries may be missing */
  deliveryGap({
    since,
    now,
    state,
  }: {
    since: Date;
    now: Date;
    state: "closing" | "alarming" | "lost";
  }): void {
    this.metrics.webhookGap.set((now.getTime() - since.getTime()) / 1000);
    if (state !== "closing") this.log.error({ since, state }, "deliveries have been missing for long");
  }
}
