import { type Instruments, TelemetryPart } from "./part.ts";

/** Events on their way out. */
export class OutboxTelemetry extends TelemetryPart<"relay" | "event_feed"> {
  readonly #lag;
  readonly #relayedAgain;

  constructor(instruments: Instruments) {
    super(instruments);
    const { metrics } = instruments;
    this.#lag = metrics.gauge({
      name: "orb_outbox_lag_seconds",
      help: "Age of the oldest event that was relayed in the last batch",
    });
    this.#relayedAgain = metrics.counter({
      name: "orb_outbox_relayed_anew_total",
      help: "Events that were relayed once more because Redis had lost them",
    });
  }

  relayed({ count, oldest, now }: { count: number; oldest: Date; now: Date }): void {
    this.#lag.set(Math.max(0, now.getTime() - oldest.getTime()) / 1000);
    this.log.debug({ count }, "events relayed");
  }

  lostByRedis(count: number): void {
    this.#relayedAgain.inc(count);
    this.log.warn({ count }, "Redis lost events that it had been given; they are relayed again");
  }
}
