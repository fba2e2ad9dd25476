import { pino } from "pino";
import { describe, expect, test } from "../../support/testing.ts";
import { OrbError } from "../../../src/errors.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { toRedisFailure } from "../../../src/redis/failure.ts";
import { DeliveryTelemetry } from "../../../src/telemetry/deliveries.ts";
import { HttpTelemetry } from "../../../src/telemetry/http.ts";
import { OutboxTelemetry } from "../../../src/telemetry/outbox.ts";
import { Repeats } from "../../../src/telemetry/repeats.ts";

describe("a cause", () => {
  test("is said once a minute, and then with the number of lines that were left out", () => {
    const repeats = new Repeats();
    expect(repeats.take("a", 0)).toBe(0);
    for (let atMs = 1; atMs <= 40; atMs++) expect(repeats.take("a", atMs * 1_000)).toBeNull();
    expect(repeats.take("b", 41_000)).toBe(0);
    expect(repeats.take("a", 59_999)).toBeNull();
    expect(repeats.take("a", 60_000)).toBe(41);
    expect(repeats.take("a", 60_001)).toBeNull();
    expect(repeats.take("a", 120_000)).toBe(1);
  });

  test("is said again if the clock jumps back", () => {
    const repeats = new Repeats();
    repeats.take("a", 10_000_000);
    expect(repeats.take("a", 0)).toBe(0);
  });
});

describe("failures in the log", () => {
  function written(
    fail: (telemetry: {
      deliveries: DeliveryTelemetry;
      outbox: OutboxTelemetry;
      http: HttpTelemetry;
    }) => void,
  ) {
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      {},
      { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const instruments = { log, metrics: new Metrics() };
    fail({
      deliveries: new DeliveryTelemetry(instruments),
      outbox: new OutboxTelemetry(instruments),
      http: new HttpTelemetry(instruments),
    });
    return lines;
  }
  const named = (name: string, message = "gone") => Object.assign(new Error(message), { name });

  test.each([
    ["MongoDB", named("MongoServerSelectionError"), "mongodb_unavailable"],
    ["MongoDB, with a code", named("MongoNetworkError"), "mongodb_unavailable"],
    ["Redis", named("MaxRetriesPerRequestError"), "redis_unavailable"],
    [
      "Redis, while it starts",
      named("ReplyError", "LOADING Redis is loading the dataset"),
      "redis_unavailable",
    ],
    ["Redis, without an answer", new Error("Command timed out"), "redis_unavailable"],
    [
      "GitHub",
      new OrbError({ code: "github_unavailable", reason: "Down.", remedy: "Wait." }),
      "github_unavailable",
    ],
  ])("about %s share one line, whatever failed, and it has no stack", (_name, error, code) => {
    const lines = written(({ deliveries, outbox }) => {
      for (let time = 0; time < 10; time++) {
        deliveries.setback("delivery_loop", toRedisFailure(error));
        outbox.setback("relay", toRedisFailure(error));
      }
    });
    expect(lines).toEqual([
      expect.objectContaining({ code: "delivery_loop", problem: expect.objectContaining({ code }) }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/"stack"|\\n/);
  });

  test("of different routes have a line each, so that a probe hides nothing", () => {
    const lines = written(({ http }) => {
      for (const route of ["/readyz", "/readyz", "/api/v1/signals", "/readyz", "/api/v1/signals"])
        http.answered({ route, method: "GET", status: 503, durationMs: 1, requestId: "r" });
    });
    expect(lines.map(({ route }) => route)).toEqual(["/readyz", "/api/v1/signals"]);
  });

  test("with a wrong signature have a line that says what to do, and others none", () => {
    const refusal = { code: "bad_signature", reason: "It does not match.", remedy: "Set the same secret." };
    const lines = written(({ deliveries }) => {
      const refused = { event: "push", outcome: "refused", deliveryId: "d", requestId: "r" };
      for (let time = 0; time < 10; time++) {
        deliveries.refused({ ...refused, error: new OrbError(refusal) });
        deliveries.refused({ ...refused, error: new OrbError({ ...refusal, code: "too_large" }) });
      }
    });
    expect(lines).toEqual([expect.objectContaining({ problem: refusal, event: "push" })]);
  });

  test("about different things have a line each, with the stack that a bug needs", () => {
    const lines = written(({ deliveries, outbox }) => {
      for (let time = 0; time < 10; time++) {
        deliveries.setback("delivery", new TypeError(`no field of document ${time}`));
        deliveries.setback("delivery", new RangeError("too long"));
        outbox.setback("relay", new RangeError("too long"));
      }
    });
    expect(lines).toHaveLength(3);
    expect(lines.every(({ err }) => (err as { stack: string }).stack.includes(" at "))).toBe(true);
  });
});
