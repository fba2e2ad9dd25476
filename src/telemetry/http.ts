import { FAST_SECONDS } from "../monitoring/metrics.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** Requests to the HTTP server. */
export class HttpTelemetry extends TelemetryPart<"http_route" | "audit"> {
  readonly #requests;
  readonly #duration;

  constructor(instruments: Instruments) {
    super(instruments);
    this.#requests = instruments.metrics.counter({
      name: "orb_http_requests_total",
      help: "HTTP requests answered",
      labelNames: ["route", "method", "status"],
    });
    this.#duration = instruments.metrics.histogram({
      name: "orb_http_request_duration_seconds",
      help: "Time to answer an HTTP request",
      labelNames: ["route", "method"],
      buckets: FAST_SECONDS,
    });
  }

  /** A request that broke the rules of HTTP, so that no route and no method is known. */
  refusedUnread(status: number): void {
    this.#requests.inc({ route: "unknown", method: "unknown", status: String(status) });
    this.log.debug({ status }, "request refused unread");
  }

  answered(answer: {
    route: string;
    method: string;
    status: number;
    durationMs: number;
    requestId: string;
  }): void {
    const { route, method, status, durationMs } = answer;
    this.#requests.inc({ route, method, status: String(status) });
    this.#duration.observe({ route, method }, durationMs / 1000);
    const message = "request answered";
    if (status < 500) this.log.debug(answer, message);
    // A probe that is answered like this all the time must not hide the other routes.
    else this.calmly({ level: "warn", message, cause: `answered ${status} at ${route}` }, answer);
  }
}
