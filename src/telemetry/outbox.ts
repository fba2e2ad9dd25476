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
      help: "For how long the oldest event has waited to be relayed to Redis; 0 if none waits",
    });
    this.#relayedAgain = metrics.counter({
      name: "orb_outbox_relayed_anew_total",
      help: "Events that were relayed once more because Redis had lost them",
    });
  }

  relayed(count: number): void {
    this.log.debug({ count }, "events relayed");
  }

  /** @param seconds how long the oldest has waited */
  waits(seconds: number): void {
    this.#lag.set(seconds);
  }

  lostByRedis(count: number): void {
    this.#relayedAgain.inc(count);
    this.log.warn({ count }, "Redis lost events that it had been given; they are relayed again");
  }
}
