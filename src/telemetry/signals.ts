import type { Refusal } from "../errors.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** Signals of Meta-Agents, from the door to the end of their work. */
export class SignalTelemetry extends TelemetryPart<"signal" | "signal_loop" | "signal_stream"> {
  readonly #signals;
  readonly #removed;
  readonly #lag;
  readonly #dead;

  constructor(instruments: Instruments) {
    super(instruments);
    this.#signals = instruments.metrics.counter({
      name: "orb_signals_total",
      help: "Signals from Meta-Agents",
      labelNames: ["type", "door", "outcome"],
      known: ["http", "redis"].map((door) => ({ type: "unknown", door, outcome: "refused" })),
    });
    this.#lag = instruments.metrics.gauge({
      name: "orb_signal_lag_seconds",
      help: "For how long the oldest signal that is not acted on has waited; 0 if none waits",
    });
    this.#dead = instruments.metrics.gauge({
      name: "orb_dead_signals",
      help: "Signals of the last seven days that could not be acted on in any attempt; counted up to 1 000",
    });
    this.#removed = instruments.metrics.counter({
      name: "orb_signals_removed_total",
      help: "Signals removed after SIGNAL_RETENTION_DAYS",
    });
  }

  received(signal: {
    signalId: string;
    type: string;
    door: string;
    duplicate: boolean;
    project: string;
  }): void {
    const { type, door, duplicate } = signal;
    this.#signals.inc({ type, door, outcome: duplicate ? "duplicate" : "accepted" });
    this.log.debug(signal, "signal received");
  }

  /** @param refused its ids are known if it could be read */
  refused(refused: { signalId?: string; project?: string; door: string; problem: Refusal }): void {
    const { door } = refused;
    this.#signals.inc({ type: "unknown", door, outcome: "refused" });
    this.log.warn(refused, "signal refused");
  }

  /** @param long the group that has most to read: ours, or one that another program made and perhaps left */
  streamLong(long: { readonly entries: number; readonly group: string }): void {
    const message = "orb:signals is long: this group has not read or not acknowledged what is in it";
    this.calmly({ level: "warn", message, cause: `stream long ${long.group}` }, long);
  }

  /** @param seconds how long the oldest has waited */
  waits(seconds: number): void {
    this.#lag.set(seconds);
  }

  dead(signals: number): void {
    this.#dead.set(signals);
  }

  removed(signals: number): void {
    this.#removed.inc(signals);
    if (signals > 0) this.log.info({ signals }, "removed old signals");
  }

  quarantined({
    error,
    ...signal
  }: {
    signalId: string;
    type: string;
    project: string;
    attempts: number;
    error: unknown;
  }): void {
    this.log.error({ ...signal, err: error }, "signal quarantined after too many attempts");
    this.givenUp("signal", error, signal);
  }
}
