import { type Instruments, TelemetryPart } from "./part.ts";

/** The log itself. */
export class LogTelemetry extends TelemetryPart<"log_level"> {
  /** The level that the process began with: that of `LOG_LEVEL`. */
  readonly configured: string;

  constructor(instruments: Instruments) {
    super(instruments);
    this.configured = instruments.log.level;
  }

  get level(): string {
    return this.log.level;
  }

  /**
   * Sets the level of all that the bot logs in this process. Libraries stay at `warn`: they log what they are given.
   *
   * @param level `null`: that of `LOG_LEVEL` again
   * @param by who wants it; `null`: its time is over
   */
  setLevel(level: string | null, by: string | null): void {
    const [from, to] = [this.log.level, level ?? this.configured];
    if (from === to) return;
    const { values } = this.log.levels;
    // The line is to be seen whichever of the two lets it through.
    if ((values[to] ?? Infinity) < (values[from] ?? Infinity)) this.log.level = to;
    this.log.info({ from, to, by }, "log level changed");
    this.log.level = to;
  }
}
